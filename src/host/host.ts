/**
 * The host: takes commands, runs controllers on this thread's or process's event loop, and says what becomes of them. Server side.
 */
import type { Channels } from '../protocol/channels';
import { encodeError } from '../protocol/errors';
import type { BootCommand, CloseReport, ControllerId, StartCommand, StopCommand, ToHost } from '../protocol/messages';
import { poster, type Post } from './channel';
import { installLoader, type ModuleLoader } from './loading/install';
import { captureOutput } from './logs';
import { rememberOrigins } from './origins';
import { moveOut, ownerOfThis } from './owner';
import { watchProcess } from './process-end';
import { Resident } from './resident';

const NOTHING_LEFT: CloseReport = { forced: false, ms: 0, cut: [], timers: [], handles: [] };

/** What kind of background this is. */
export interface HostIdentity {
  readonly kind: 'thread' | 'process';
  readonly number: number;
}

/** Runs the host until its end; `onStarted` is called when its first server listens. */
export function runHost(channels: Channels, identity: HostIdentity, onStarted?: () => void): void {
  new Host(channels, identity, onStarted).run();
}

class Host {
  readonly #channels: Channels;
  readonly #identity: HostIdentity;
  readonly #post: Post;
  readonly #residents = new Map<ControllerId, Resident>();
  #loader: ModuleLoader | undefined;
  #showOutput: () => void = () => undefined;
  #onStarted: (() => void) | undefined;

  constructor(channels: Channels, identity: HostIdentity, onStarted: (() => void) | undefined) {
    this.#channels = channels;
    this.#identity = identity;
    this.#onStarted = onStarted;
    this.#post = poster(channels);
  }

  run(): void {
    this.#showOutput = captureOutput((line) => {
      this.#post({ type: 'logged', line });
    }, ownerOfThis);
    rememberOrigins();
    watchProcess(this.#post, () => this.#loader?.coverage());
    // This listener also keeps the loop alive while modules load.
    this.#channels.control.on('message', (message: ToHost) => {
      this.#receive(message);
    });
  }

  #receive(message: ToHost): void {
    switch (message.type) {
      case 'boot':
        this.#boot(message);
        break;
      case 'start':
        void this.#start(message);
        break;
      case 'stop':
        void this.#stop(message);
        break;
      case 'flush':
        this.#showOutput();
        this.#post({ type: 'flushed', token: message.token });
        break;
      case 'end':
        // In the next turn, so that what was posted before goes first; exit handlers of the user's run.
        process.exit(0);
        break;
      case 'callbackAnswer':
        for (const resident of this.#residents.values()) resident.answered(message);
        break;
      case 'call':
      case 'idle':
        this.#residents.get(message.id)?.receive(message);
        break;
      default:
        message satisfies never;
    }
  }

  #boot({ env, loader, mocks }: BootCommand): void {
    for (const name of Object.keys(process.env)) if (!Object.hasOwn(env, name)) Reflect.deleteProperty(process.env, name);
    for (const [name, value] of Object.entries(env)) if (process.env[name] !== value) process.env[name] = value;
    this.#loader = installLoader(loader, this.#channels, mocks);
  }

  async #start(command: StartCommand): Promise<void> {
    const { id } = command;
    this.#post({ type: 'phase', id, phase: 'load' });
    if (this.#loader === undefined) throw new Error('A start came before the boot.');
    const resident = new Resident(command, { post: this.#post, loader: this.#loader, identity: this.#identity });
    this.#residents.set(id, resident);
    try {
      const ready = await resident.start();
      if (ready !== undefined) this.#post({ type: 'started', id, ready });
      this.#onStarted?.();
      this.#onStarted = undefined;
    } catch (error) {
      this.#leave(id);
      this.#post({ type: 'startFailed', id, error: encodeError(error) });
    }
  }

  async #stop({ id, timeout }: StopCommand): Promise<void> {
    const resident = this.#residents.get(id);
    // Its start may just have failed, which the test side had not heard when it asked; it waits for an answer all the same.
    const report = (await resident?.stop(timeout, () => this.#residents.size === 1)) ?? NOTHING_LEFT;
    this.#showOutput();
    this.#leave(id);
    this.#post({ type: 'stopped', id, report });
  }

  #leave(id: ControllerId): void {
    this.#residents.delete(id);
    moveOut(id);
  }
}
