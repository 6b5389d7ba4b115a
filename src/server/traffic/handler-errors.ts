/**
 * Finds the errors of handlers that a framework swallowed into a 500. Server side; loaded for `onServerError: 'fail-test'` only.
 *
 * That a request was answered with 500 is seen by Node's diagnostics channels, whatever the framework. The error that led to it is noted
 * on its way, by the request's asynchronous context: where the framework lets us look (see handler-error-hooks.ts), or at `console.error`.
 * HTTP/2 and gRPC are not covered: Node has no such channels for them.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';
import { serverOf } from './accepted-by';
import { answerOf, isFailure, wordedAnswerOf } from './answers';

/** A request that was answered with an error. */
export interface FailedExchange {
  /** The request, and the status of its answer: `GET /users with 500`; with what it says, where nobody knows the error. */
  readonly answered: string;
  /** The error that led to it; undefined where the framework kept it to itself. */
  readonly noted: { readonly error: unknown } | undefined;
  /** The server that answered, or by which the connection had come that was handed on to that. */
  readonly server: Server;
}

export type HandlerErrorListener = (failed: FailedExchange) => void;

interface Exchange {
  /** The first error of its handlers; the later ones follow from it. */
  noted: { readonly error: unknown } | undefined;
}

interface ResponseMessage {
  readonly response: ServerResponse;
  readonly socket: Socket;
  readonly server: Server;
}

const context = new AsyncLocalStorage<Exchange>();
const exchanges = new WeakMap<ServerResponse, Exchange>();
const listeners = new Set<HandlerErrorListener>();

/** Listens to the errors of all servers of this loop; returns what ends it. Begin before the server is made. */
export function onHandlerError(listener: HandlerErrorListener): () => void {
  watch();
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** An error of whatever request is being handled; outside of any it is nobody's. */
export function noteHandlerError(error: unknown): void {
  const exchange = context.getStore();
  if (exchange !== undefined) exchange.noted ??= { error };
}

let watching = false;

function watch(): void {
  if (watching) return;
  watching = true;
  // Published before the server emits `request`, in the same turn: the handlers run in this context.
  subscribe('http.server.request.start', (message) => {
    const exchange: Exchange = { noted: undefined };
    exchanges.set((message as ResponseMessage).response, exchange);
    context.enterWith(exchange);
  });
  subscribe('http.server.response.finish', (message) => {
    finished(message as ResponseMessage);
  });
  watchConsole();
}

function finished(message: ResponseMessage): void {
  const { response } = message;
  const exchange = exchanges.get(response);
  if (exchange === undefined || !isFailure(response)) return;
  const { noted } = exchange;
  // A server may answer 501 or 503 on purpose; with an error on the way it did not.
  if (noted === undefined && response.statusCode !== 500) return;
  const answered = noted === undefined ? wordedAnswerOf(response) : answerOf(response);
  const server = serverOf(message);
  for (const listener of [...listeners]) listener({ answered, noted, server });
}

/** Error middleware of the user's own often prints what it swallows. */
function watchConsole(): void {
  const print = console.error.bind(console);
  console.error = (...args: unknown[]) => {
    const error = args.find((value) => value instanceof Error);
    if (error !== undefined) noteHandlerError(error);
    print(...args);
  };
}
