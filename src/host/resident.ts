/**
 * One controller beside its server: load, factory, listen, and the ladder down. Server side.
 */
import { encodeError } from '../protocol/errors';
import type {
  CallbackAnswer,
  CallCommand,
  CloseReport,
  CutConnection,
  FromHost,
  IdleCommand,
  ReviewCommand,
  ReadyFacts,
  StartCommand,
} from '../protocol/messages';
import { adapterFor, listenOn } from '../server/adapters';
// Before the user's module loads: it hears of the servers that begin to listen there.
import { begunSince, mark } from '../server/traffic/ledger';
import { isOverWithin } from '../server/settle';
import type { RunningServer, ServerAdapter } from '../server/types';
import { after, now } from '../time/clock';
import type { Post } from './channel';
import { runCloseHook, type HookOutcome } from './close-hook';
import { Controller, construct, type HostIdentity } from './controller';
import { contextFor } from './controller-context';
import { warnOfFailedListening } from './start/failed-listening';
import { warnOfLateListening } from './start/late-listening';
import { leftovers, type Leftovers } from './leftovers/leftovers';
import type { ModuleLoader } from './loading/module-loader';
import { callsFactory, moveIn, startsNow, type RunInName } from './owner';
import { recipeOf } from './start/recipe';
import { RemoteAnswers } from './calls/remote';
import { lastWordsOf, reviewOf } from './review';
import { warnOfUnsettledStart } from './start/unsettled-start';

/** What a resident has of its host. */
export interface ResidentHost {
  readonly post: Post;
  readonly loader: ModuleLoader;
  readonly identity: HostIdentity;
  /** Whether the user's code goes by one now. */
  hasFakeClock(): boolean;
  /** Gives native addons up to `limit` milliseconds to finish what they are at. */
  untilAddonsAreDone(limit: number): Promise<void>;
}

/** How a resident is to stop. */
export interface ResidentStop {
  /** Milliseconds. */
  readonly timeout: number;
  /** The loop lives on, whoever is on it. */
  readonly kept: boolean;
  /** Whether it is the only one on its loop now. */
  isLast(): boolean;
}

/** Milliseconds that a start which is cut gets to come to its end: a factory cannot be interrupted, nor a listen call. */
const CUT_START_GRACE = 250;

/** What an async function gives, also where a server puts another class in its place. */
const NodesPromise = Promise;

const NOTHING: Leftovers = { timers: [], handles: [] };

/** Loaded only for those who ask for it. */
function watchApplications(value: unknown): void {
  (require('../server/traffic/handler-error-hooks') as typeof import('../server/traffic/handler-error-hooks')).watchApplications(value);
}

/** Whether it may be what ends a server that nobody has awaited, since it is none itself. */
function mayEndUnawaited(value: unknown, adapters: readonly ServerAdapter[]): boolean {
  if (adapters.some((adapter) => adapter.accepts(value))) return false;
  return typeof value === 'function' ? value.length === 0 : adapterFor(value) === undefined;
}

/** How often in-flight requests are looked at while somebody waits for their end, in milliseconds. */
const IDLE_INTERVAL = 5;

export class Resident {
  readonly #command: StartCommand;
  readonly #host: ResidentHost;
  /** Made when it is first asked for. */
  #abort: AbortController | undefined;
  readonly #answers: RemoteAnswers;
  readonly #inItsName: RunInName;
  #controller: Controller | undefined;
  #exports: unknown;
  #running: RunningServer | undefined;
  #starting: Promise<unknown> = Promise.resolve();
  #stopping = false;
  /** When the limit of its start began. */
  #since = 0;
  /** Where in the order of what begins to listen its factory was called. */
  #begins = Infinity;
  readonly #unwatch: (() => void)[] = [];

  constructor(command: StartCommand, host: ResidentHost) {
    this.#command = command;
    this.#host = host;
    this.#inItsName = moveIn(command.id);
    this.#answers = new RemoteAnswers(host.post, {
      controller: () => this.#controller ?? this.#exports,
      server: () => this.#running?.server,
    });
  }

  /** Resolves when the server listens; to undefined when it was stopped before. Rejects with the error that prevented it. */
  start(): Promise<ReadyFacts | undefined> {
    const { id, options } = this.#command;
    const ends = [warnOfFailedListening(id, options.readyTimeout), startsNow(id)];
    const starting = this.#inItsName(() => this.#start()).finally(() => {
      for (const end of ends) end();
    });
    this.#starting = starting.catch(() => undefined);
    return starting;
  }

  async #start(): Promise<ReadyFacts | undefined> {
    const { target, listen } = this.#command;
    const exported = await this.#host.loader.load(target.file);
    if (this.#stopping) return undefined;
    this.#phase('factory');
    this.#since = now();
    this.#exports = exported;
    const { controller, adapters, make, source } = recipeOf({ exported, target }, (Class) => this.#construct(Class));
    this.#controller = controller;
    if (this.#command.watchErrors) this.#watchErrors();
    this.#begins = mark();
    callsFactory(this.#command.id, this.#begins);
    // Only promises are awaited here: an application that is itself a thenable must be recognised first.
    const made = make();
    const value: unknown = made instanceof NodesPromise || made instanceof Promise ? await made : made;
    if (mayEndUnawaited(value, adapters)) await this.#untilUnawaitedStart(value);
    if (this.#stopping) {
      if (begunSince(this.#begins).length > 0) await closeUnwanted(() => listenOn(value, listen, adapters, source));
      return undefined;
    }
    this.#phase('listen');
    if (this.#command.watchErrors) watchApplications(value);
    const settled = warnOfUnsettledStart(this.#command.id, this.#timeLeft());
    this.#unwatch.push(settled);
    const running = await listenOn(value, listen, adapters, source);
    settled();
    const facts = await this.#adopt(running);
    // A stop that has cut it is over, and would end no watch.
    if (facts !== undefined) this.#unwatch.push(warnOfLateListening({ id: this.#command.id, value, subject: source().subject, running }));
    return facts;
  }

  /** Half of the limit of a start, so that one which needs nothing of the kind has the other half. */
  async #untilUnawaitedStart(value: unknown): Promise<void> {
    const { untilUnawaitedStart } = require('./start/unawaited-start') as typeof import('./start/unawaited-start');
    await untilUnawaitedStart(value, this.#command.id, this.#command.options.readyTimeout / 2);
  }

  /** Goes down the ladder inside the limit: the signal, the hook, the server's own close, the cut. Never rejects. */
  stop(how: ResidentStop): Promise<CloseReport> {
    return this.#inItsName(() => this.#stop(how));
  }

  async #stop({ timeout, ...how }: ResidentStop): Promise<CloseReport> {
    const since = now();
    this.tellHowItFared();
    this.#sayThatItEnds();
    // A start that is cut may still open its port: nothing of it shall come when this has said that all is over.
    if (this.#running === undefined) await isOverWithin(this.#starting, CUT_START_GRACE);
    const left = (): number => Math.max(0, timeout - (now() - since));
    const hook: HookOutcome =
      this.#running === undefined || this.#controller === undefined ? { cut: false } : await runCloseHook(this.#controller, left());
    const onCut = (connections: readonly CutConnection[]): void => {
      this.#host.post({ type: 'cut', id: this.#command.id, connections });
    };
    const closed = (await this.#running?.close({ timeout: left(), onCut })) ?? { forced: false, cut: [] };
    for (const end of this.#unwatch.splice(0)) end();
    const failure = hook.failure ?? ('closeError' in closed ? { error: closed.closeError } : undefined);
    const { timers, handles } = await this.#leftovers(left, how);
    return {
      forced: hook.cut || closed.forced,
      ms: now() - since,
      cut: closed.cut,
      timers,
      handles,
      ...(failure === undefined ? {} : { closeError: encodeError(failure.error) }),
    };
  }

  /** Leaves nothing of a start that has failed, though its loop may go on with others: the signal, the hook, the watches, what listens. Never rejects. */
  abandon(): Promise<void> {
    return this.#inItsName(() => this.#abandon());
  }

  async #abandon(): Promise<void> {
    // A stop that has cut the start sees to it.
    if (this.#stopping) return;
    this.tellHowItFared();
    this.#sayThatItEnds();
    // What the start failed with is to be heard before the test side gives it up for being late.
    const left = this.#timeLeft();
    if (this.#controller !== undefined) await runCloseHook(this.#controller, Math.max(0, Math.min(CUT_START_GRACE, left / 2)));
    for (const end of this.#unwatch.splice(0)) end();
    const { closeUnclaimed } = require('../server/unclaimed') as typeof import('../server/unclaimed');
    closeUnclaimed(this.#command.id, this.#begins);
  }

  /** Milliseconds of its start's limit. */
  #timeLeft(): number {
    return this.#command.options.readyTimeout - (now() - this.#since);
  }

  #sayThatItEnds(): void {
    this.#stopping = true;
    this.#abort?.abort();
    this.#answers.stop();
  }

  /** What is left, once the work of native addons is done; nothing on a shared loop, where it may be that of another controller. */
  async #leftovers(timeLeft: () => number, { isLast, kept }: Omit<ResidentStop, 'timeout'>): Promise<Leftovers> {
    if (!isLast()) return NOTHING;
    const alive = await leftovers(timeLeft(), { ends: !kept });
    // Each wait is one in which another controller may have come.
    // To wait for the work of addons is to let go of all else, of which a loop that lives on has need.
    if (isLast() && !kept) await this.#host.untilAddonsAreDone(timeLeft());
    return isLast() ? alive : NOTHING;
  }

  /** Resolves when the answer has been posted; never rejects. */
  answer(command: CallCommand): Promise<void> {
    return this.#inItsName(() => this.#answers.answer(command));
  }

  answered(message: CallbackAnswer): void {
    this.#answers.answered(message);
  }

  /** Posts the requests in flight, when there are none or `timeout` milliseconds have passed. */
  whenIdle({ id, token, timeout }: IdleCommand): void {
    const since = now();
    const look = (): void => {
      const inFlight = this.#running?.inFlight() ?? [];
      if (inFlight.length === 0 || now() - since >= timeout) this.#host.post({ type: 'idled', id, token, inFlight });
      else after(IDLE_INTERVAL, look);
    };
    look();
  }

  /** Posts how the server has fared. */
  review(command: ReviewCommand): void {
    this.#host.post(reviewOf(this.#running, { command, fakeClock: this.#host.hasFakeClock() }));
  }

  /** Posts what nobody can ask for later, where there is something and a stop has not told it. */
  tellHowItFared(): void {
    if (this.#stopping) return;
    const words = lastWordsOf(this.#running, this.#command.id);
    if (words !== undefined) this.#host.post(words);
  }

  async #adopt(running: RunningServer): Promise<ReadyFacts | undefined> {
    if (this.#stopping) {
      await running.close({ timeout: 0 });
      return undefined;
    }
    this.#running = running;
    const facts = { address: running.address, url: running.url };
    if (this.#controller !== undefined) Controller.adopt(this.#controller, running.server, facts);
    return facts;
  }

  /** Posts the errors that a framework swallows, where the server is this controller's. */
  #watchErrors(): void {
    const { onHandlerError } = require('../server/traffic/handler-errors') as typeof import('../server/traffic/handler-errors');
    const end = onHandlerError(({ answered, noted, server }) => {
      const error = noted === undefined ? {} : { error: encodeError(noted.error) };
      if (this.#running?.owns(server) === true) this.#host.post({ type: 'handlerError', id: this.#command.id, answered, ...error });
    });
    this.#unwatch.push(end);
  }

  #construct(Class: new () => Controller): Controller {
    const { identity, post } = this.#host;
    return construct(Class, contextFor(this.#command, { identity, post, signal: () => this.#signal() }));
  }

  #signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#stopping) this.#abort.abort();
    return this.#abort.signal;
  }

  #phase(phase: Extract<FromHost, { type: 'phase' }>['phase']): void {
    this.#host.post({ type: 'phase', id: this.#command.id, phase });
  }
}

/** A factory that was cut has made a server which listens already: it is taken as any, whatever its shape, and closed at once. Never rejects. */
async function closeUnwanted(take: () => Promise<RunningServer>): Promise<void> {
  try {
    await (await take()).close({ timeout: 0 });
  } catch {
    // It was no server, or what it has begun was another's.
  }
}
