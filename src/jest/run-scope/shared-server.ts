/**
 * The one server behind all guests: started for the first of them, kept until the run ends or its modules change. The holder's process.
 */
import { LogBook } from '../../controller/report/log-book';
import { preload } from '../../controller/options/preload';
import { Session } from '../../controller/session/session';
import { ServerCrashedError } from '../../errors/errors';
import { Link } from '../../loop/link';
import { openThread } from '../../loop/thread';
import { encodeError } from '../../protocol/errors';
import type { BootCommand, FromHost, HostCoverage, ReadyFacts, StartCommand, ToHost } from '../../protocol/messages';
import { readConfigs } from '../loading/settings';
import { createLoaderService } from '../loading/service';
import { withoutFrames } from '../both-realms/without-frames';
import { coverageSince } from './coverage-since';
import { guestOf, SHARED_ID, type Guest, type ServerOfGuests } from './guest';
import { GuestCallbacks } from './guest-callbacks';
import { LoadedFiles } from './loaded-files';

/** What has become of the present server. */
type State =
  | { readonly is: 'absent' | 'starting' | 'stopping' }
  | { readonly is: 'running'; readonly ready: ReadyFacts }
  | { readonly is: 'failed'; readonly error: unknown }
  | { readonly is: 'crashed'; readonly error: unknown; readonly witnesses: readonly string[] };

interface Visit {
  readonly guest: Guest;
  readonly boot: BootCommand;
  readonly command: StartCommand;
}

export class SharedServer implements ServerOfGuests {
  readonly #visits = new Map<Guest, Visit>();
  /** Test files that have heard of the present failure or crash: they come again in another run only. */
  readonly #informed = new Set<string>();
  readonly #callbacks = new GuestCallbacks<Guest>((answer) => {
    this.post({ ...answer, id: SHARED_ID });
  });
  #state: State = { is: 'absent' };
  #session: Session | undefined;
  /** What the present server has said. */
  #said = new LogBook();
  #files = new LoadedFiles();
  #coverage: (() => Promise<HostCoverage | undefined>) | undefined;
  #coverageTaken: Promise<unknown> = Promise.resolve();
  #stopTimeout = 0;

  join(guest: Guest, boot: BootCommand, command: StartCommand): void {
    const visit = { guest, boot, command };
    const alone = this.#visits.size === 0;
    this.#visits.set(guest, visit);
    const { is } = this.#state;
    const hasHeard = (is === 'failed' || is === 'crashed') && this.#informed.has(guest.greeting.testPath);
    const isOutdated = hasHeard || this.#files.changed;
    if (is === 'absent') this.#open(visit);
    else if (alone && isOutdated && is !== 'starting' && is !== 'stopping') {
      this.#close(() => {
        this.#open(visit);
      });
    } else {
      // Who comes too late to hear what a start said wants to know it when it fails.
      if (is === 'starting' || is === 'failed') for (const line of this.#said.lines) guest.hear({ type: 'logged', line });
      this.#tell(visit);
    }
  }

  leave(guest: Guest): void {
    this.#visits.delete(guest);
    this.#callbacks.left(guest);
  }

  post(message: ToHost): void {
    if (message.type === 'callbackAnswer') this.#callbacks.answered(message.callback);
    if (this.#state.is === 'running') this.#session?.link.post(message);
  }

  takeCoverage(): Promise<HostCoverage | undefined> {
    const take = (): Promise<HostCoverage | undefined> | undefined => (this.#state.is === 'running' ? this.#coverage?.() : undefined);
    const taken = this.#coverageTaken.then(take).catch(() => undefined);
    this.#coverageTaken = taken;
    return taken;
  }

  /** For good. */
  stop(done: () => void): void {
    this.#close(done);
  }

  #open(visit: Visit): void {
    this.#state = { is: 'starting' };
    this.#informed.clear();
    this.#callbacks.clear();
    this.#begin(visit).catch((error: unknown) => {
      this.#became({ is: 'failed', error });
    });
  }

  async #begin({ guest, boot, command }: Visit): Promise<void> {
    const { name } = guest.greeting;
    for (const specifier of guest.greeting.preload) preload(specifier, command.target.file);
    const standIn = boot.loader.kind === 'jest' ? boot.loader.standIn : null;
    const service = standIn === null ? undefined : await createLoaderService(readConfigs(standIn.config));
    const thread = openThread();
    this.#files = new LoadedFiles();
    this.#files.add(command.target.file);
    this.#files.listen(thread.channels.loader);
    const link = new Link(thread, { loader: service?.serve(thread.channels.loader, thread.channels.wake), onCoverage: undefined });
    link.post(boot);
    const said = new LogBook();
    this.#said = said;
    const events = {
      message: (message: FromHost) => {
        if (message.type === 'logged') said.add(message.line);
        this.#pass(message);
      },
      crashed: (error: unknown) => {
        this.#crashed(name, error);
      },
    };
    this.#coverage = boot.loader.kind === 'jest' && boot.loader.coverage !== 'none' ? coverageSince(thread.number) : undefined;
    this.#stopTimeout = command.options.stopTimeout;
    // Each guest tells the output that it hears in its own way.
    this.#session = new Session(link, { ...command, id: SHARED_ID }, { name, owner: Symbol('guests'), events, output: () => [] });
    this.#session.start((outcome) => {
      this.#became(outcome.ok ? { is: 'running', ready: outcome.ready } : { is: 'failed', error: outcome.error });
    });
  }

  #became(state: State): void {
    this.#state = state;
    for (const visit of this.#visits.values()) this.#tell(visit);
  }

  /** How things stand, to one who wants to start. */
  #tell({ guest, command: { id } }: Visit): void {
    const state = this.#state;
    if (state.is === 'running') {
      guest.hear({ type: 'started', id, ready: state.ready });
      return;
    }
    if (state.is !== 'failed' && state.is !== 'crashed') return;
    this.#visits.delete(guest);
    this.#informed.add(guest.greeting.testPath);
    const error = state.is === 'failed' ? state.error : crashedBefore(guest.greeting.name, state);
    guest.hear({ type: 'startFailed', id, error: encodeError(error) });
  }

  #pass(message: FromHost): void {
    const number = numberIn(message);
    const guests = [...this.#visits.keys()].filter(({ index }) => number === undefined || guestOf(number) === index);
    if (message.type === 'callback') this.#callbacks.called(message.callback, guests[0]);
    for (const guest of guests) guest.hear(message);
  }

  /** The guest that spoke last gets the error itself, most likely it is his; the others learn who has it. */
  #crashed(name: string, error: unknown): void {
    // It has made way for the next one, for which its guests wait.
    if (this.#state.is === 'stopping') return;
    const guests = [...this.#visits.keys()].sort((a, b) => b.spokeAt - a.spokeAt);
    const witnesses = guests.map(({ greeting }) => greeting.testPath);
    this.#state = { is: 'crashed', error, witnesses };
    this.#visits.clear();
    for (const [index, guest] of guests.entries()) {
      this.#informed.add(guest.greeting.testPath);
      const told = index === 0 ? error : crashedElsewhere(name, error, witnesses[0]);
      guest.hear({ type: 'crashed', error: encodeError(told) });
      guest.hear({ type: 'ended', code: 1 });
    }
  }

  #close(done: () => void): void {
    const session = this.#session;
    const wasRunning = this.#state.is === 'running';
    this.#session = undefined;
    this.#state = { is: 'stopping' };
    if (session === undefined) done();
    else if (wasRunning) session.stop(this.#stopTimeout, done);
    else session.link.end(done);
  }
}

/** The number in an answer to one guest; undefined in what concerns all. */
function numberIn(message: FromHost): number | undefined {
  switch (message.type) {
    case 'returned':
    case 'threw':
      return message.call;
    case 'callback':
    case 'callbackDropped':
      return message.function;
    case 'flushed':
    case 'loaded':
    case 'idled':
    case 'reviewed':
      return message.token;
    default:
      return undefined;
  }
}

const SHARED = "(scope: 'run': one server for all test files)";

/** It died in the hands of another test file. */
export function crashedElsewhere(name: string, cause: unknown, witness = 'another test file'): ServerCrashedError {
  return withoutFrames(
    new ServerCrashedError(`${name} ${SHARED} has crashed. Look at the failure of ${witness}, which was told first.`, { cause }),
  );
}

/** It died before this test file asked for it. */
export function crashedBefore(name: string, { error, witnesses }: Omit<Extract<State, { is: 'crashed' }>, 'is'>): ServerCrashedError {
  const when = witnesses.length === 0 ? 'between two test files' : `while ${witnesses.join(', ')} used it`;
  return withoutFrames(
    new ServerCrashedError(
      `${name} ${SHARED} has crashed earlier in this run, ${when}. It is not started again by itself: correct what it died of, or use another scope.`,
      { cause: error },
    ),
  );
}
