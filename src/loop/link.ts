/**
 * The test side's end of one host: sends commands, hands what arrives to the controllers on it, and knows when it is gone.
 *
 * Everything is told by callbacks, not promises, so that the blocking forms can drive the same code from `wait` while no microtask runs.
 */
import { AsyncResource } from 'node:async_hooks';
import { receiveMessageOnPort } from 'node:worker_threads';
import { WAKE_HOST, WAKE_LOADER, WAKE_TEST_SIDE } from '../protocol/channels';
import { endOrphans } from '../protocol/end-remains';
import { isFromHost } from '../protocol/heard';
import type { ControllerId, FromHost, HostCoverage, ToHost } from '../protocol/messages';
import { Remains } from '../protocol/remains';
import { now } from '../time/clock';
import { watchAwhile } from '../time/patience';
import { EndReport, type EndedMessage } from './end-report';
import { Ending } from './ending';
import type { HostExit, HostHandle, LoaderConnection } from './handle';
import type { LinkMember } from './link-member';
import { Members } from './members';

export interface LinkOptions {
  readonly loader: LoaderConnection | undefined;
  /** Takes what the host covered; called at most once, before the members hear of the end. */
  readonly onCoverage: ((coverage: HostCoverage) => void) | undefined;
  /** Whether it shall live on without controllers. */
  readonly kept?: (() => boolean) | undefined;
}

export class Link {
  readonly handle: HostHandle;
  readonly #options: LinkOptions;
  readonly #remains = new Remains();
  readonly #members = new Members();
  readonly #ending: Ending;
  readonly #report = new EndReport();
  #holds = 0;

  constructor(handle: HostHandle, options: LinkOptions) {
    this.handle = handle;
    this.#options = options;
    this.#ending = new Ending(handle, {
      tell: () => {
        this.post({ type: 'end' });
      },
      drain: () => {
        this.drain();
      },
    });
    const { control } = handle.channels;
    // Messages are handled in the asynchronous context of whoever makes the link, not of whoever made the thread, which may be a spare: so
    // listeners find their AsyncLocalStorage.
    const context = new AsyncResource('jest-controller');
    control.on('message', (message: unknown) => {
      context.runInAsyncScope(() => {
        this.#hear(message);
      });
    });
    // Until it is destroyed it counts as an open handle.
    this.#ending.whenGone(() => context.emitDestroy());
    // A listener refs its port; a daemon must not.
    control.unref();
    handle.onExit((exit) => {
      this.#exited(exit);
    });
  }

  /** Milliseconds that the modules of hosts have been compiled for so far; grows only where somebody compiles them. */
  get compileTime(): number {
    return this.#options.loader?.answeringTime() ?? 0;
  }

  /** Whether it still takes commands. */
  get alive(): boolean {
    return !this.#ending.begun;
  }

  /** Whether it lives on without members. */
  get kept(): boolean {
    return this.#options.kept?.() === true;
  }

  /** Whether it would be needed if the member `id` left. */
  neededBeside(id: ControllerId): boolean {
    return this.kept || this.#members.presentBeside(id);
  }

  /** Ends it, where nobody needs it; `done` is called when that is over. */
  endUnlessNeeded(done: () => void): void {
    if (this.kept || this.#members.present) done();
    else this.end(done);
  }

  post(message: ToHost, transfer: readonly never[] = []): void {
    const { control, wake } = this.handle.channels;
    control.postMessage(message, transfer);
    Atomics.add(wake, WAKE_HOST, 1);
  }

  /** A number for a controller that is to join: the link's own, since several copies of this package may share a loop. */
  newId(): ControllerId {
    return this.#members.newId();
  }

  join(id: ControllerId, member: LinkMember): void {
    this.#members.join(id, member);
  }

  /** Takes a member away; it hears nothing more, save what a host prints at its end that it was the last on. */
  leave(id: ControllerId): void {
    this.#members.leave(id);
  }

  /** The names of the others that are or were on this host, each once. */
  companionsOf(member: Pick<LinkMember, 'owner'>): readonly string[] {
    return this.#members.companionsOf(member);
  }

  /** When the end that was asked for is to be taken as come, on the clock of `now()`. */
  get endDeadline(): number {
    return this.#ending.deadline;
  }

  /** When the first controller on it has waited long enough, on the clock of `now()`. */
  get deadline(): number {
    return this.#members.deadline;
  }

  /** Lets its controllers act on deadlines that have passed. */
  tick(): void {
    this.#members.tick();
  }

  get gone(): boolean {
    return this.#ending.gone;
  }

  /** Whether its grace ran out before it had ended in order. */
  get cutShort(): boolean {
    return this.#ending.cutShort;
  }

  /** What an exit handler threw when the host ended in order. */
  get exitError(): { readonly error: unknown } | undefined {
    return this.#report.exitError;
  }

  /** Keeps the process alive until `release`: somebody waits for this host. */
  hold(): void {
    this.#holds += 1;
    if (this.#holds === 1 && !this.#ending.gone) {
      this.handle.ref();
      this.handle.channels.control.ref();
    }
  }

  release(): void {
    this.#holds -= 1;
    if (this.#holds === 0 && !this.#ending.gone) {
      this.handle.unref();
      this.handle.channels.control.unref();
    }
  }

  /** Tells the host to end when what it was told to stop has stopped. Nobody joins it any more; `end` waits for it. */
  announceEnd(): void {
    this.#ending.announce();
  }

  /** Ends the host in order, by force when its grace has passed; `done` is called when it is gone. */
  end(done: () => void): void {
    this.#ending.inOrder(done);
  }

  /** Ends the host at once; the members other than the culprit's hear whose fault it was. */
  terminate(culprit: string, done: () => void): void {
    if (!this.gone) this.#report.blame(culprit);
    this.#ending.byForce(done);
  }

  /** Handles the messages that have arrived, without waiting for the event loop. `blocked`: the caller goes on blocking it afterwards. */
  drain(blocked = false): void {
    this.#options.loader?.pump(blocked);
    for (;;) {
      const received = receiveMessageOnPort(this.handle.channels.control);
      if (received === undefined) return;
      this.#hear(received.message);
      this.#options.loader?.pump(blocked);
    }
  }

  /**
   * Blocks this thread until `until()` holds or `deadline()` (on the clock of `now()`) has passed, hearing messages meanwhile.
   * @returns whether `until()` holds
   */
  wait(until: () => boolean, deadline: () => number): boolean {
    const { wake } = this.handle.channels;
    for (;;) {
      const seen = Atomics.load(wake, WAKE_TEST_SIDE);
      this.drain(true);
      if (until()) return true;
      if (watchAwhile(() => Atomics.load(wake, WAKE_TEST_SIDE) !== seen)) continue;
      const left = deadline() - now();
      if (left <= 0) return false;
      Atomics.wait(wake, WAKE_TEST_SIDE, seen, left);
    }
  }

  /**
   * Takes the host as gone without its exit event, which cannot arrive while this thread is blocked. To be called when the host has sent its
   * last message, or at `endDeadline`.
   */
  assumeGone(): void {
    if (this.#ending.forgive()) return;
    this.#ending.cut();
    this.#exited({ code: null });
  }

  /** Code on the server side can reach the channel, so whatever is not a message of a host's is dropped. */
  #hear(message: unknown): void {
    if (!isFromHost(message)) return;
    if (this.gone) {
      if (message.type === 'ended') this.#cover(message);
      return;
    }
    this.#remains.hear(message);
    this.#receive(message);
  }

  #receive(message: FromHost): void {
    switch (message.type) {
      case 'crashed':
        this.#report.crashed(message, this.#members.names);
        break;
      case 'ended':
        this.#cover(message);
        this.#end({ code: message.code }, message);
        break;
      case 'covering':
        this.#ending.covers();
        break;
      case 'child':
        break;
      default:
        this.#members.receive(message, !this.alive);
    }
  }

  #cover({ coverage }: EndedMessage): void {
    if (coverage !== undefined) this.#options.onCoverage?.(coverage);
  }

  #end(exit: HostExit, told?: EndedMessage): void {
    if (this.#ending.conclude()) this.#members.end(this.#report.of(exit, this.#members.names, told));
  }

  #exited(exit: HostExit): void {
    if (this.gone) return;
    // What it said just before it went is still in the port.
    this.drain();
    this.#end(exit);
    this.#ending.leave(() => {
      this.#letGo();
    });
  }

  /** One that is only taken as gone may be amid sending its coverage. */
  #hearUntilExit(): void {
    const { control } = this.handle.channels;
    control.unref();
    this.handle.onExit(() => {
      this.drain();
      control.close();
    });
  }

  /** Closes what led to a host that is gone. */
  #letGo(): void {
    endOrphans(this.#remains.children);
    this.#options.loader?.close();
    const { control, loader, wake } = this.handle.channels;
    loader.close();
    if (this.cutShort) this.#hearUntilExit();
    else control.close();
    // A host that waits for the loader must not wait for ever.
    Atomics.notify(wake, WAKE_LOADER);
  }
}
