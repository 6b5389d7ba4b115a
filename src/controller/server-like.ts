/**
 * What `factory()` may return, and what becomes of it, as far as types can say it. Test side.
 */
import type { Server } from 'node:http';
import type { IsAny } from '../remote/types';

/**
 * What `factory()` may return: anything that listens, answers requests, or holds something that does. It is judged when it is there, by
 * what it can do; a `FactoryError` lists what is accepted.
 *
 * - `net`, `tls`, `http`, `https` and `http2` servers, `dgram` sockets
 * - a request listener `(request, response)`, Express, connect and Koa applications
 * - Fastify, NestJS, hapi, restify, Apollo, gRPC, `ws`, Socket.IO, SMTP servers
 * - a fetch handler `{ fetch(request, { incoming, outgoing }) }`, e.g. Hono: its second argument is what Node has of the request
 * - anything with `listen` and `close`, or with `start` and `stop` or `close`: it is given port, hostname and a callback in this order, or each
 *   where a parameter is named for it, as in `start(port, encoding)`, which leaves `encoding` undefined; a server in a field of
 *   one with `start` is left to that
 * - an object or array that bundles several of these: one listens already, or is made to, and all of its parts are closed. Others are not started:
 *   await the start of a broker beside its server in `factory()`
 * - the function, or the object with `close` or `stop`, that ends what `factory()` has started itself
 * - what an adapter in `static adapters` accepts
 *
 * A server that listens already, or is about to, is adopted with its real address.
 * @category Servers
 */
export type ServerLike = object;

/**
 * What `controller.server` reaches, of what `factory()` or a module gives: that itself, or the server of Node's that is made for a request
 * listener, a Koa application or a fetch handler.
 */
export type Served<Made> =
  IsAny<Made> extends true
    ? Made
    : Made extends (...args: infer Args) => unknown
      ? Args['length'] extends 0
        ? Made
        : Server
      : Made extends { callback(): unknown }
        ? Server
        : Made extends { fetch(...args: never[]): unknown }
          ? Made extends { close(...args: never[]): unknown }
            ? Made
            : Server
          : Made;
