/**
 * The host: takes commands, runs controllers on this thread's or process's event loop, and says what becomes of them. Server side.
 */
import { receiveMessageOnPort } from 'node:worker_threads';
import type { Channels } from '../protocol/channels';
import { encodeError } from '../protocol/errors';
import type { BootCommand, CallCommand, CloseReport, ControllerId, StartCommand, StopCommand, ToHost } from '../protocol/messages';
import { knowOwners } from '../server/traffic/ledger';
import { soon, watchClock } from '../time/clock';
import { Attention } from './calls/attention';
import { poster, type Post } from './channel';
import { tellOfChild } from './leftovers/children';
import type { HostIdentity } from './controller';
import type { FoundModules } from './loading/found-modules';
import { Heritage, type Lineage } from './loading/heritage';
import { installLoader } from './loading/install';
import type { ModuleLoader } from './loading/module-loader';
import { endInputSoon, restWithInput } from './input';
import { tellOfJestsOwn } from './start/jests-own';
import { captureOutput, type Output } from './logs';
import { untilAddonsAreDone } from './leftovers/native-work';
import { rememberOrigins } from './leftovers/origins';
import { rememberRequests } from './outgoing';
import { calledAt, isAnothers, moveOut, ownerOfThis } from './owner';
import { watchProcess } from './process-end';
import { Resident } from './resident';

const NOTHING_LEFT: CloseReport = { forced: false, ms: 0, cut: [], timers: [], handles: [] };

/** Milliseconds that native addons get at the end of a thread that has outlived its servers; no more than the test side waits for it. */
const ADDONS_AT_END = 200;

/** Runs the host until its end. */
export function runHost(channels: Channels, identity: HostIdentity, lineage?: Lineage): void {
  new Host(channels, identity, lineage).run();
}

class Host {
  readonly #channels: Channels;
  readonly #identity: HostIdentity;
  readonly #post: Post;
  readonly #residents = new Map<ControllerId, Resident>();
  /** All stops that were asked for. */
  #stops: Promise<unknown> = Promise.resolve();
  /** Whose stops are under way. */
  readonly #told = new Set<ControllerId>();
  #loader: ModuleLoader | undefined;
  #output: Output | undefined;
  readonly #found: FoundModules | undefined;
  readonly #heritage: Heritage | undefined;
  readonly #attention: Attention;
  #stopPreparing: () => void = () => undefined;
  #exit: () => void = () => undefined;
  #hasFakeClock: () => boolean = () => false;
  /** The last server that has stopped has not waited for native addons, which the end has to do. */
  #wasKept = false;

  constructor(channels: Channels, identity: HostIdentity, lineage: Lineage | undefined) {
    this.#channels = channels;
    this.#identity = identity;
    this.#found = lineage?.found;
    this.#heritage = lineage === undefined ? undefined : new Heritage(lineage, () => this.#loader?.takeBatch());
    this.#post = poster(channels);
    this.#attention = new Attention(channels, (message) => {
      this.#receive(message as ToHost);
    });
  }

  run(): void {
    this.#output = captureOutput((line) => {
      this.#post({ type: 'logged', line });
    }, ownerOfThis);
    knowOwners({ ofThis: ownerOfThis, isAnothers, calledAt });
    rememberOrigins((child) => {
      tellOfChild(child, this.#post);
    });
    rememberRequests();
    // Not before the timers are wrapped.
    this.#hasFakeClock = watchClock(globalThis);
    this.#exit = watchProcess(this.#post, {
      covers: () => this.#loader?.covers === true,
      coverage: () => this.#loader?.coverage(),
      stops: () => [...this.#told],
      tellOfServers: () => {
        for (const resident of this.#residents.values()) resident.tellHowItFared();
      },
    });
    // This listener also keeps the loop alive while modules load.
    this.#channels.control.on('message', (message: ToHost) => {
      this.#attention.turned();
      this.#receive(message);
    });
    // A thread that was made for a controller has its first commands already; it need not go to the event loop for them.
    for (;;) {
      const received = receiveMessageOnPort(this.#channels.control);
      if (received === undefined) break;
      this.#receive(received.message as ToHost);
    }
    if (this.#loader === undefined && this.#found !== undefined) this.#prepare(this.#found);
  }

  /** A thread that nobody wants yet gets ready for what earlier ones have needed, step by step, until it is wanted. */
  #prepare(found: FoundModules): void {
    const steps = found.prepare();
    const next = (): void => {
      if (steps.next().done !== true) this.#stopPreparing = soon(next);
    };
    this.#stopPreparing = soon(() => {
      loadOwnModules();
      next();
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
        this.#told.add(message.id);
        // To nothing: what each gave would be kept with all before it, on a loop that lives on for hundreds.
        this.#stops = Promise.all([this.#stops, this.#stop(message)]).then(() => undefined);
        break;
      case 'flush':
        this.#output?.show();
        this.#post({ type: 'flushed', id: message.id, token: message.token });
        break;
      case 'lookUp':
        this.#post({
          type: 'loaded',
          id: message.id,
          token: message.token,
          files: this.#loader?.loadedAmong(message.files) ?? [],
        });
        break;
      case 'end':
        void this.#end();
        break;
      case 'callbackAnswer':
        for (const resident of this.#residents.values()) resident.answered(message);
        break;
      case 'call':
        void this.#call(message);
        break;
      case 'review':
        this.#residents.get(message.id)?.review(message);
        break;
      case 'idle':
        this.#residents.get(message.id)?.whenIdle(message);
        break;
      default:
        message satisfies never;
    }
  }

  #boot(command: BootCommand): void {
    this.#stopPreparing();
    setEnvironment(command.env);
    // Never fewer than it has by itself: a flag of Node's may have asked for more.
    if (command.stackTraceLimit > Error.stackTraceLimit) Reflect.set(Error, 'stackTraceLimit', command.stackTraceLimit);
    const found = this.#found;
    found?.add(command.found ?? []);
    const onNew = (): void => {
      this.#heritage?.handOn();
    };
    this.#loader = installLoader(command, this.#channels, found === undefined ? undefined : { found, onNew });
  }

  async #start(command: StartCommand): Promise<void> {
    const { id } = command;
    this.#post({ type: 'phase', id, phase: 'load' });
    if (this.#loader === undefined) throw new Error('A start came before the boot.');
    const resident = new Resident(command, {
      post: this.#post,
      loader: this.#loader,
      identity: this.#identity,
      hasFakeClock: this.#hasFakeClock,
      untilAddonsAreDone: (limit) => this.#untilAddonsAreDone(limit),
    });
    this.#residents.set(id, resident);
    if (this.#identity.kind === 'thread') endInputSoon();
    try {
      const ready = await resident.start();
      if (ready !== undefined) this.#post({ type: 'started', id, ready });
      this.#heritage?.started();
      restWithInput();
    } catch (error) {
      await resident.abandon();
      tellOfJestsOwn(error);
      this.#leave(id);
      this.#post({ type: 'startFailed', id, error: encodeError(error) });
    }
  }

  async #call(command: CallCommand): Promise<void> {
    this.#attention.called();
    await this.#residents.get(command.id)?.answer(command);
    if (this.#identity.kind === 'thread') this.#attention.answered();
  }

  async #stop({ id, timeout, kept }: StopCommand): Promise<void> {
    const resident = this.#residents.get(id);
    // Its start may just have failed, which the test side had not heard when it asked; it waits for an answer all the same.
    const report = (await resident?.stop({ timeout, kept, isLast: () => this.#residents.size === 1 })) ?? NOTHING_LEFT;
    this.#leave(id);
    this.#post({ type: 'stopped', id, report });
    this.#told.delete(id);
    this.#heritage?.stopped();
    this.#wasKept = kept;
  }

  async #end(): Promise<void> {
    await this.#stops;
    if (this.#wasKept) await this.#untilAddonsAreDone(ADDONS_AT_END);
    this.#heritage?.end();
    this.#exit();
  }

  #untilAddonsAreDone(limit: number): Promise<void> {
    // A process ends alone.
    return this.#identity.kind === 'thread' ? untilAddonsAreDone(this.#channels.control, limit) : Promise.resolve();
  }

  /** It shows all else that was printed until then, too: some of it may be the controller's, though its name was not known. */
  #leave(id: ControllerId): void {
    this.#output?.close(id);
    this.#output?.show();
    this.#residents.delete(id);
    moveOut(id);
  }
}

function setEnvironment(env: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(process.env)) if (!Object.hasOwn(env, name)) Reflect.deleteProperty(process.env, name);
  for (const [name, value] of Object.entries(env)) if (process.env[name] !== value) process.env[name] = value;
}

/** Evaluates those of the host's modules that every start uses: without that, the first start does so. */
function loadOwnModules(): void {
  require('./loading/commonjs');
  require('./loading/module-cache');
  require('./loading/jest-way');
  require('./loading/foreground');
  require('../server/adapters');
  require('../server/running');
}
