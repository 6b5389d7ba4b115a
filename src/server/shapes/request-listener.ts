/**
 * A function that answers requests, or that was taken for one. Server side.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { types } from 'node:util';
import { FactoryError } from '../../errors/errors';
import type { ListenTarget } from '../../protocol/messages';
import { canDo } from '../members';
import { listenToRequests } from '../node-server';
import type { Listening } from '../types';

/** Serves a request listener. An application that is one, with methods of its own, is known by these, and left as it is. */
export function listenToFunction(listener: RequestListener, target: ListenTarget): Promise<Listening> {
  const isApplication = ['handle', 'use', 'listen'].some((name) => canDo(listener, name));
  return listenToRequests(isApplication ? listener : refusingServers(listener), target);
}

/**
 * `createApp(database, options)` has two parameters, too, and would never answer a request.
 * @throws {FactoryError} where a request is answered by a server
 */
function refusingServers(listener: RequestListener): RequestListener {
  const answer = listener as (this: unknown, request: IncomingMessage, response: ServerResponse) => unknown;
  const refuseServer = (returned: unknown): void => {
    if (isServer(returned)) throw new FactoryError(takenForListener(listener.name));
  };
  return function (this: unknown, request: IncomingMessage, response: ServerResponse) {
    const returned = answer.call(this, request, response);
    // A rejection goes on to the promise that `then` gives, unhandled as it was. Other thenables, such as a query, may begin to work by it.
    if (types.isPromise(returned)) void returned.then(refuseServer);
    else refuseServer(returned);
  };
}

function isServer(value: unknown): boolean {
  return canDo(value, 'listen') || canDo(value, 'fetch') || canDo(value, 'start', 'stop');
}

function takenForListener(name: string): string {
  const subject = name === '' || name === 'default' ? 'The function' : `${name}()`;
  return (
    `${subject} was taken for a request listener, but it answered a request by returning a server. ` +
    `If it makes the server, call it: in the factory() of a Controller, with what it needs as \`data\`, or in an exported function of no parameter.`
  );
}
