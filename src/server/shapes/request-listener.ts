/**
 * A function that answers requests, or that was taken for one. Server side.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Server } from 'node:net';
import { types } from 'node:util';
import { FactoryError } from '../../errors/errors';
import type { ListenTarget } from '../../protocol/messages';
import { parameterNames } from '../function-text';
import { canDo, listensItsOwnWay, member } from '../members';
import { listenToRequests } from '../node-server';
import { requestListenersOf } from '../traffic/request-listeners';
import type { Listening } from '../types';
import { adoptStarted, startedServers } from './insides';
import { listenItsOwnWay } from './lifecycles';

/**
 * Serves a request listener, by the server that its factory or module has started for it, if there is one and nothing else was asked for. An
 * application that is a listener, with methods of its own, is known by these, and left as it is; one whose `listen` does more is told to listen.
 */
export function listenToFunction(listener: RequestListener, target: ListenTarget): Promise<Listening> {
  const serving = isFree(target) ? startedServers().filter((server) => answersBy(server, listener)) : [];
  if (serving.length > 0) return adoptStarted(serving);
  if (listensItsOwnWay(listener)) return listenItsOwnWay(listener, target);
  if (['handle', 'use', 'listen'].some((name) => canDo(listener, name))) return listenToRequests(listener, target);
  warnOfMaker(listener);
  return listenToRequests(refusingMistakes(listener), target);
}

/** `makeServer(port, encoding)` may make one that no HTTP request would ever reach to fail. */
function warnOfMaker(listener: RequestListener): void {
  const [first = ''] = parameterNames(listener);
  if (!/^_*(?:port|host|hostname)$/i.test(first)) return;
  process.emitWarning(`${subjectOf(listener.name)} was taken for a request listener, whose \`${first}\` is the request. ${SERVER.remedy}`);
}

/** Also where `listener` is mounted, at `/`, on the application that does: Express calls that its parent. */
function answersBy(server: Server, listener: unknown): boolean {
  const answering = requestListenersOf(server);
  return answering.includes(listener) || (member(listener, 'mountpath') === '/' && answering.includes(member(listener, 'parent')));
}

function isFree({ path, port, given }: ListenTarget): boolean {
  return path === undefined && !given.hostname && (port === 0 || !given.port);
}

/**
 * `createApp(database, options)` has two parameters, too, and a fetch handler is a function as well: neither would ever answer a request.
 * @throws {FactoryError} where one returns a server, or a `Response` that nobody sends
 */
function refusingMistakes(listener: RequestListener): RequestListener {
  const answer = listener as (this: unknown, request: IncomingMessage, response: ServerResponse) => unknown;
  const refuse = (returned: unknown, { headersSent }: ServerResponse): void => {
    const mistake = isServer(returned) ? SERVER : isResponse(returned) && !headersSent ? RESPONSE : undefined;
    if (mistake !== undefined) throw new FactoryError(takenForListener(listener.name, mistake));
  };
  let isFirst = true;
  return function (this: unknown, request: IncomingMessage, response: ServerResponse) {
    const failed = isFirst ? (error: unknown) => failedAtFirst(error, listener) : asItFailed;
    isFirst = false;
    let returned: unknown;
    try {
      returned = answer.call(this, request, response);
    } catch (error) {
      failed(error);
    }
    // A rejection goes on to the promise that `then` gives, unhandled as it was. Other thenables, such as a query, may begin to work by it.
    if (types.isPromise(returned))
      void returned.then((value) => {
        refuse(value, response);
      }, failed);
    else refuse(returned, response);
  };
}

function asItFailed(error: unknown): never {
  throw error;
}

/** `createApp(database, options)` has got a request in place of its database, and the error that it fails with cannot tell. One that has answered before is what it was taken for. */
function failedAtFirst(error: unknown, listener: RequestListener): never {
  const [first = '', second = ''] = parameterNames(listener);
  const isListener = /^_*re?q/i.test(first) || /^_*re?[sp]/i.test(second);
  if (member(error, 'name') === 'TypeError' && !isListener) {
    // A warning comes in the next turn, which there is none of where the error ends the thread.
    process.stderr.write(
      `${subjectOf(listener.name)} was taken for a request listener, and failed with a TypeError when the first request came: ` +
        `its parameters \`${first}\` and \`${second}\` were the request and the response. ${SERVER.remedy}\n`,
    );
  }
  throw error;
}

function isServer(value: unknown): boolean {
  return canDo(value, 'listen') || canDo(value, 'fetch') || canDo(value, 'start', 'stop');
}

/** By its tag, which those of other realms and packages have, too. */
function isResponse(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object Response]';
}

interface Mistake {
  readonly returned: string;
  readonly remedy: string;
}

const SERVER: Mistake = {
  returned: 'a server',
  remedy:
    'If it makes the server, call it: in the factory() of a Controller, with what it needs as `data`, or in an exported function of no parameter.',
};

const RESPONSE: Mistake = {
  returned: 'a Response, which is not sent',
  remedy: 'If it is a fetch handler, return or export an object that has it: { fetch: handler }, or the application whose method it is.',
};

function takenForListener(name: string, { returned, remedy }: Mistake): string {
  return `${subjectOf(name)} was taken for a request listener, but it answered a request by returning ${returned}. ${remedy}`;
}

function subjectOf(name: string): string {
  return name === '' || name === 'default' ? 'The function' : `${name}()`;
}
