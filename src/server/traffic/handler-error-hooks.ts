/**
 * Where each framework lets us see an error before it swallows it. Server side; loaded for `onServerError: 'fail-test'` only.
 *
 * Each is known by what it can do, like the adapters. None of them changes what the framework answers. An application that comes into being
 * while its server starts, or behind a function that stops it, is found at its first request.
 */
import { subscribe } from 'node:diagnostics_channel';
import { Server } from 'node:net';
import { noteHandlerError } from './handler-errors';
import { isObject, member } from '../members';
import { requestListenersOf } from './request-listeners';

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;
type Members = Record<string, unknown>;

type Hook = (application: Members) => void;

/** What may be done to an application more than once, which may have got a layer or a handler since. */
const REPEATED: readonly Hook[] = [hookExpress, hookConnect, hookPolka, hookHono, hookNest];
/** What adds a listener, which one is enough of: with a second, Koa prints no error any more. */
const SINGLE: readonly Hook[] = [hookFastify, hookKoa, hookHapi];

const hooked = new WeakSet<Members>();

/** Looks into what the factory returned: an application, a server that was made from one, or a bundle of such. */
export function watchApplications(value: unknown): void {
  watchServers();
  for (const application of applicationsIn(value)) {
    const hooks = hooked.has(application) ? REPEATED : [...REPEATED, ...SINGLE];
    hooked.add(application);
    for (const hook of hooks) unlessRefused(hook, application);
  }
}

/** A part of a bundle may be anything, and throw when it is touched; a Fastify that listens already takes no hooks any more. */
function unlessRefused(hook: Hook, application: Members): void {
  try {
    hook(application);
  } catch {
    // It is left as it is: no start fails for it.
  }
}

const asked = new WeakSet<Server>();
let watching = false;

/** Looks at the request listeners of each server as well: this is published before they are called. */
function watchServers(): void {
  if (watching) return;
  watching = true;
  subscribe('http.server.request.start', (message) => {
    const { server } = message as { readonly server: Server };
    if (asked.has(server)) return;
    asked.add(server);
    watchApplications(server);
  });
}

function applicationsIn(value: unknown): Set<Members> {
  const found = new Set<Members>();
  const add = (candidate: unknown): void => {
    if (!isObject(candidate) || found.has(candidate as Members)) return;
    found.add(candidate as Members);
    if (candidate instanceof Server) for (const listener of requestListenersOf(candidate)) add(listener);
  };
  add(value);
  // The parts of a bundle; an application that is a function has other things in its fields.
  if (typeof value === 'object' && value !== null && !(value instanceof Server)) {
    for (const name of Object.keys(value)) add(member(value, name));
  }
  return found;
}

/** Express 4 and 5, and what else builds on their router. One that has no layers yet, since a method of the class adds its routes, is looked at again. */
function hookExpress(application: Members): void {
  let isHooked = hookLayers(application);
  if (isHooked || typeof application !== 'function' || !('router' in application)) return;
  wrap(
    application,
    'handle',
    (original) =>
      function (...args) {
        isHooked ||= hookLayers(application);
        return original.apply(this, args);
      },
  );
}

/** All layers of all routers share one prototype. Whether there is a layer that leads to it. */
function hookLayers(application: Members): boolean {
  // Reading `router` of Express 4 throws; reading it of Express 5 makes it, which it will be anyway.
  const router = application['_router'] ?? (typeof application['lazyrouter'] === 'function' ? undefined : application['router']);
  const layer = stackOf(router)[0];
  const prototype = layer === undefined ? undefined : (Object.getPrototypeOf(layer) as Members | null);
  if (prototype === undefined || prototype === null || prototype === Object.prototype) return false;
  for (const name of ['handle_request', 'handleRequest']) {
    wrap(
      prototype,
      name,
      (original) =>
        function (request, response, next) {
          return original.call(this, request, response, noting(next));
        },
    );
  }
  for (const name of ['handle_error', 'handleError']) wrap(prototype, name, seeingFirst(noteRouted));
  return true;
}

/** connect passes an error to the next layer of four parameters. */
function hookConnect(application: Members): void {
  if (typeof application !== 'function' || typeof application['handle'] !== 'function' || 'router' in application) return;
  const layers = stackOf(application);
  for (const layer of layers) {
    const { handle } = layer;
    if (typeof handle === 'function' && handle.length === 4) wrap(layer, 'handle', notingRouted);
  }
  if (typeof application['use'] !== 'function' || !Array.isArray(application['stack'])) return;
  // For applications without one.
  if (!isWrapped(layers.at(-1)?.['handle'])) (application['use'] as AnyFunction)(marked(notingRouted(passOn)));
}

/** A layer for errors, which connect knows by its four parameters. */
function notingRouted(original: AnyFunction): AnyFunction {
  return function (error, request, response, next) {
    noteRouted(error);
    return original.call(this, error, request, response, next);
  };
}

function passOn(error: unknown, _request: unknown, _response: unknown, next: unknown): void {
  (next as (error: unknown) => void)(error);
}

function hookPolka(application: Members): void {
  if (!('onNoMatch' in application)) return;
  wrap(application, 'onError', seeingFirst(noteRouted));
}

function hookFastify(application: Members): void {
  const { addHook, inject } = application;
  if (typeof addHook !== 'function' || typeof inject !== 'function') return;
  (addHook as AnyFunction).call(application, 'onError', (_request: unknown, _reply: unknown, error: unknown, done: () => void) => {
    noteHandlerError(error);
    done();
  });
}

function hookKoa(application: Members): void {
  const { on, onerror, listenerCount, callback, middleware } = application;
  if (typeof on !== 'function' || typeof onerror !== 'function' || typeof callback !== 'function' || !Array.isArray(middleware)) return;
  (on as AnyFunction).call(application, 'error', (error: unknown, ...rest: unknown[]) => {
    noteHandlerError(error);
    // Koa prints errors itself only while nobody listens to them.
    if ((listenerCount as AnyFunction).call(application, 'error') === 1) (onerror as AnyFunction).call(application, error, ...rest);
  });
}

function hookHapi(application: Members): void {
  const events = application['events'] as Members | undefined;
  if (typeof events?.['on'] !== 'function' || typeof application['ext'] !== 'function') return;
  (events['on'] as AnyFunction)(
    { name: 'request', channels: ['internal', 'error'] },
    (_request: unknown, event: { readonly error?: unknown }) => {
      if (event.error !== undefined) noteHandlerError(event.error);
    },
  );
}

/** Hono answers for its handlers itself. */
function hookHono(application: Members): void {
  if (typeof application['fetch'] !== 'function') return;
  wrap(application, 'errorHandler', seeingFirst(noteHandlerError));
}

/** Nest prints what its filters let through by a Logger, whose class is reached through the application's own. */
function hookNest(application: Members): void {
  if (typeof application['getHttpAdapter'] !== 'function') return;
  const logger = application['logger'] as object | null | undefined;
  if (typeof logger !== 'object' || logger === null) return;
  const noteMessage = (message: unknown): void => {
    if (message instanceof Error) noteHandlerError(message);
  };
  wrap(Object.getPrototypeOf(logger) as Members, 'error', seeingFirst(noteMessage));
}

function stackOf(router: unknown): Members[] {
  const stack = (router as { stack?: unknown } | null | undefined)?.stack;
  return Array.isArray(stack) ? (stack as Members[]) : [];
}

/** Makes a method that shows its first argument to `see`, and then is the original. */
function seeingFirst(see: (argument: unknown) => void): (original: AnyFunction) => AnyFunction {
  return (original) =>
    function (first, ...rest) {
      see(first);
      return original.call(this, first, ...rest);
    };
}

/** A `next` that sees what goes through it. */
function noting(next: unknown): unknown {
  if (typeof next !== 'function') return next;
  return function (this: unknown, ...args: unknown[]): unknown {
    noteRouted(args[0]);
    return (next as AnyFunction).apply(this, args);
  };
}

/** Routers are told to leave a route by a word in the place of an error. */
function noteRouted(error: unknown): void {
  if (error !== undefined && error !== null && error !== 'route' && error !== 'router') noteHandlerError(error);
}

const WRAPPED = Symbol.for('jest-controller.wrapped');

function marked(wrapper: AnyFunction): AnyFunction {
  return Object.defineProperty(wrapper, WRAPPED, { value: true });
}

function isWrapped(value: unknown): boolean {
  return member(value, WRAPPED) === true;
}

/** Replaces a method once, however many applications have it from one prototype. */
function wrap(owner: Members, name: string, make: (original: AnyFunction) => AnyFunction): void {
  const original = owner[name];
  if (typeof original !== 'function' || isWrapped(original)) return;
  // A frozen application is left as it is.
  Reflect.set(owner, name, marked(make(original as AnyFunction)));
}
