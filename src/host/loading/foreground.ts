/**
 * Asks the foreground for transformed code and resolutions, and waits for the answer without leaving `require`. Server side.
 *
 * The foreground may be blocked itself, by a test that waits for this very server. Then nobody would ever answer, so a stand-in is
 * started: a thread with a transformer of its own. It is a slow thing to have, so a foreground that is merely busy compiling is waited for.
 */
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import { LOADER_COMPILING, LOADER_STATE, LOADER_WAITING, ring, WAKE_LOADER, WAKE_TEST_SIDE } from '../../protocol/channels';
import type { LoaderQuestion, LoaderReply, LoaderRequest, ResolveResult, StandInSettings, TransformResult } from '../../protocol/loader';

/** Milliseconds without an answer or a sign of work after which the foreground counts as blocked. */
const PATIENCE = 250;
/** Milliseconds that an asynchronous transform gets: the foreground has begun it, and may be blocked since. */
const PATIENCE_WITH_ASYNC = 5000;

export interface ForegroundOptions {
  readonly port: MessagePort;
  readonly wake: Int32Array;
  /** Null where nothing can stand in. */
  readonly standIn: StandInSettings | null;
  /** Keeps the numbers of two askers apart that share a way to the foreground. */
  readonly firstRequest?: number;
}

export class Foreground {
  readonly #port: MessagePort;
  readonly #wake: Int32Array;
  readonly #standInSettings: StandInSettings | null;
  #standIn: MessagePort | undefined;
  #request: number;
  /** It gave no answer to the last request; until it is heard of again, the stand-in is asked at once as well. */
  #silent = false;

  constructor({ port, wake, standIn, firstRequest = 1 }: ForegroundOptions) {
    this.#port = port;
    this.#wake = wake;
    this.#standInSettings = standIn;
    this.#request = firstRequest;
  }

  /** The code that Jest would run for a file. @throws the transform's own error */
  transform(file: string, esm: boolean): TransformResult {
    return this.#ask({ type: 'transform', file, esm }) as TransformResult;
  }

  /** Where Jest would find a module: an absolute path, or the name of a core module. @throws Jest's own error */
  resolve(specifier: string, from: string, esm: boolean): string {
    return (this.#ask({ type: 'resolve', specifier, from, esm }) as ResolveResult).file;
  }

  /** Has the foreground listen on another port too. */
  connect(port: MessagePort): void {
    this.#port.postMessage({ type: 'connect', port } satisfies LoaderRequest, [port]);
    ring(this.#wake, WAKE_TEST_SIDE);
  }

  #ask(question: LoaderQuestion): TransformResult | ResolveResult {
    const request = this.#request;
    this.#request += 1;
    const message = { ...question, request } satisfies LoaderRequest;
    this.#port.postMessage(message);
    ring(this.#wake, WAKE_TEST_SIDE);
    if (this.#silent) this.#standIn?.postMessage(message);
    const reply = this.#awaitReply(request, message);
    if (reply.ok) return reply.result;
    // Loaded only when something failed.
    const { decodeError } = require('../../protocol/errors') as typeof import('../../protocol/errors');
    throw decodeError(reply.error);
  }

  #awaitReply(request: number, message: LoaderRequest): LoaderReply {
    let waited = 0;
    for (;;) {
      const seen = Atomics.load(this.#wake, WAKE_LOADER);
      const reply = this.#receive(request);
      if (reply !== undefined) return reply;
      if (Atomics.wait(this.#wake, WAKE_LOADER, seen, PATIENCE) !== 'timed-out') continue;
      waited += PATIENCE;
      if (this.#silent || this.#isAtWork(waited)) continue;
      this.#silent = true;
      this.#openStandIn()?.postMessage(message);
    }
  }

  #isAtWork(waited: number): boolean {
    const state = Atomics.load(this.#wake, LOADER_STATE);
    return state === LOADER_COMPILING || (state === LOADER_WAITING && waited < PATIENCE_WITH_ASYNC);
  }

  /** The awaited reply if it has come, from whom ever; replies to requests that were answered before are dropped. */
  #receive(request: number): LoaderReply | undefined {
    for (const port of [this.#port, this.#standIn]) {
      if (port === undefined) continue;
      for (;;) {
        const received = receiveMessageOnPort(port);
        if (received === undefined) break;
        if (port === this.#port) this.#silent = false;
        const reply = received.message as LoaderReply;
        if (reply.request === request) return reply;
      }
    }
    return undefined;
  }

  #openStandIn(): MessagePort | undefined {
    if (this.#standIn !== undefined || this.#standInSettings === null) return this.#standIn;
    const { file, config } = this.#standInSettings;
    const channel = new MessageChannel();
    const worker = new Worker(file, {
      workerData: { config, port: channel.port2, wake: this.#wake },
      transferList: [channel.port2],
      execArgv: [],
    });
    worker.unref();
    // Without it there is no answer, as before; an error event that nobody hears would end the server.
    worker.on('error', () => undefined);
    channel.port1.unref();
    this.#standIn = channel.port1;
    return this.#standIn;
  }
}
