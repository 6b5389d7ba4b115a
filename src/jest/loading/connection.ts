/**
 * One way to a host's module loader: takes its questions one after another, in order, by event or by pump. Jest's outer realm.
 */
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { LOADER_COMPILING, LOADER_IDLE, LOADER_STATE, LOADER_WAITING, ring, WAKE_LOADER } from '../../protocol/channels';
import { UsageError } from '../../errors/errors';
import { encodeError } from '../../protocol/errors';
import type { LoaderQuestion, LoaderReply, LoaderRequest, ResolveResult, TransformResult } from '../../protocol/loader';
import { Meter } from '../../time/meter';

/** Where this thread cannot wait, as it is blocked, a promise is of use only if there is no other way. */
export type Answer = (
  question: LoaderQuestion,
  canWait: boolean,
) => TransformResult | ResolveResult | Promise<TransformResult | ResolveResult>;

/** Where a question was found: by its event, or looked for, by a caller that goes on to block this thread or not. */
type Found = 'by event' | 'by look' | 'while blocked';

/** How a host's questions are answered. */
export interface Answering {
  readonly answer: Answer;
  /** The host may turn to a thread of its own when this one cannot answer. */
  readonly canStandIn: boolean;
}

/** All open connections: while one is served, the others' hosts must know that they wait for no dead thread. */
const open = new Set<Connection>();

/** How many questions this thread is busy with at the moment, each within the one before. */
let busy = 0;

/** Of all connections: a host waits for the answers that are given to others before its own, too. */
const answering = new Meter();

export class Connection {
  readonly wake: Int32Array;
  readonly #answering: Answering;
  readonly #ports: MessagePort[] = [];
  #waiting = 0;

  constructor(port: MessagePort, wake: Int32Array, how: Answering) {
    this.wake = wake;
    this.#answering = how;
    open.add(this);
    this.#listen(port);
  }

  pump(blocked = false): void {
    for (const port of this.#ports) {
      for (;;) {
        const received = receiveMessageOnPort(port);
        if (received === undefined) break;
        this.#take(port, received.message as LoaderRequest, blocked ? 'while blocked' : 'by look');
      }
    }
  }

  answeringTime(): number {
    return answering.total;
  }

  /** Tells its host whether this thread is at work, for whomever, or an answer to it is under way. */
  announce(): void {
    const state = this.#waiting > 0 ? LOADER_WAITING : LOADER_IDLE;
    Atomics.store(this.wake, LOADER_STATE, busy > 0 ? LOADER_COMPILING : state);
  }

  close(): void {
    open.delete(this);
    for (const port of this.#ports.splice(0)) port.close();
  }

  #listen(port: MessagePort): void {
    this.#ports.push(port);
    port.on('message', (message: LoaderRequest) => {
      this.#take(port, message, 'by event');
    });
    port.unref();
  }

  #take(port: MessagePort, message: LoaderRequest, found: Found): void {
    if (message.type === 'connect') {
      this.#listen(message.port);
      return;
    }
    const { request } = message;
    busy += 1;
    announce();
    answering.begin();
    try {
      const result = this.#answering.answer(message, found !== 'while blocked');
      if (!(result instanceof Promise)) this.#reply(port, { request, ok: true, result });
      else if (found === 'while blocked') this.#refuseToWait(port, message, result);
      else {
        this.#replyLater(port, request, result);
        if (found === 'by event') stayBusyInJobs();
      }
    } catch (error) {
      this.#reply(port, { request, ok: false, error: encodeError(error) });
    } finally {
      answering.end();
      busy -= 1;
      announce();
    }
  }

  /** The thread is blocked, and its promises with it: a stand-in shall answer, and where there is none, nobody can. */
  #refuseToWait(port: MessagePort, message: LoaderQuestion & { readonly request: number }, result: Promise<unknown>): void {
    // What becomes of it is no news to anybody.
    result.catch(() => undefined);
    if (this.#answering.canStandIn) return;
    const [what, done] = message.type === 'transform' ? [message.file, 'transformed'] : [`'${message.specifier}'`, 'resolved'];
    const error = new UsageError(
      `${what} can only be ${done} asynchronously, which cannot be waited for while this thread is blocked, and the configuration ` +
        `holds functions, so that no other thread can do it. Use await start() and \`remote\` instead of the blocking forms.`,
    );
    this.#reply(port, { request: message.request, ok: false, error: encodeError(error) });
  }

  #replyLater(port: MessagePort, request: number, result: Promise<TransformResult | ResolveResult>): void {
    this.#waiting += 1;
    answering.begin();
    const settle = (reply: LoaderReply): void => {
      this.#waiting -= 1;
      answering.end();
      this.announce();
      this.#reply(port, reply);
    };
    result.then(
      (value) => {
        settle({ request, ok: true, result: value });
      },
      (error: unknown) => {
        settle({ request, ok: false, error: encodeError(error) });
      },
    );
  }

  #reply(port: MessagePort, reply: LoaderReply): void {
    port.postMessage(reply);
    ring(this.wake, WAKE_LOADER);
  }
}

/**
 * An asynchronous compiler mostly works in the promise jobs that follow the event, before all other code of this thread. Until these are over, a host
 * that waits is told of work: it takes a mere wait for one that may never end.
 */
function stayBusyInJobs(): void {
  busy += 1;
  // Within a job, since the ticks come first otherwise.
  queueMicrotask(() => {
    process.nextTick(() => {
      busy -= 1;
      announce();
    });
  });
}

function announce(): void {
  for (const connection of open) connection.announce();
}
