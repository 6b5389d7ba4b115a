/**
 * One way to a host's module loader: takes its questions one after another, in order, by event or by pump. Jest's outer realm.
 */
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { LOADER_COMPILING, LOADER_IDLE, LOADER_STATE, LOADER_WAITING, WAKE_LOADER } from '../../protocol/channels';
import { encodeError } from '../../protocol/errors';
import type { LoaderQuestion, LoaderReply, LoaderRequest, ResolveResult, TransformResult } from '../../protocol/loader';

export type Answer = (question: LoaderQuestion) => TransformResult | ResolveResult | Promise<TransformResult | ResolveResult>;

/** The memory words of all open connections: while one is served, the others' hosts must know that they wait for no dead thread. */
const open = new Set<Connection>();

export class Connection {
  readonly wake: Int32Array;
  readonly #answer: Answer;
  readonly #ports: MessagePort[] = [];
  #waiting = 0;

  constructor(port: MessagePort, wake: Int32Array, answer: Answer) {
    this.wake = wake;
    this.#answer = answer;
    open.add(this);
    this.#listen(port);
  }

  pump(): void {
    for (const port of this.#ports) {
      for (;;) {
        const received = receiveMessageOnPort(port);
        if (received === undefined) break;
        this.#take(port, received.message as LoaderRequest);
      }
    }
  }

  close(): void {
    open.delete(this);
    for (const port of this.#ports.splice(0)) port.close();
  }

  #listen(port: MessagePort): void {
    this.#ports.push(port);
    port.on('message', (message: LoaderRequest) => {
      this.#take(port, message);
    });
    port.unref();
  }

  #take(port: MessagePort, message: LoaderRequest): void {
    if (message.type === 'connect') {
      this.#listen(message.port);
      return;
    }
    const { request } = message;
    announce(LOADER_COMPILING);
    try {
      const result = this.#answer(message);
      if (result instanceof Promise) this.#replyLater(port, request, result);
      else this.#reply(port, { request, ok: true, result });
    } catch (error) {
      this.#reply(port, { request, ok: false, error: encodeError(error) });
    } finally {
      announce(LOADER_IDLE);
      if (this.#waiting > 0) Atomics.store(this.wake, LOADER_STATE, LOADER_WAITING);
    }
  }

  #replyLater(port: MessagePort, request: number, result: Promise<TransformResult | ResolveResult>): void {
    this.#waiting += 1;
    const settle = (reply: LoaderReply): void => {
      this.#waiting -= 1;
      if (this.#waiting === 0) Atomics.store(this.wake, LOADER_STATE, LOADER_IDLE);
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
    Atomics.add(this.wake, WAKE_LOADER, 1);
    Atomics.notify(this.wake, WAKE_LOADER);
  }
}

function announce(state: number): void {
  for (const connection of open) Atomics.store(connection.wake, LOADER_STATE, state);
}
