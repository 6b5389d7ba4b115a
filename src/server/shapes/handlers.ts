/**
 * Handlers that know no sockets: fetch handlers and Apollo's. Server side.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Server } from 'node:net';
import type { ListenTarget } from '../../protocol/messages';
import { addressInUrl } from '../address';
import { member, method } from '../members';
import { listenNodeServer, listenToRequests } from '../node-server';
import { closeNodeServer } from '../settle';
import type { Listening } from '../types';
import { withLength } from './answer-length';
import { adoptStarted, ownServers } from './insides';

/** What Node has of a request, by the names that @hono/node-server gives them in Hono's `c.env`. */
interface NodeBindings {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

interface FetchHandler {
  fetch(request: Request, bindings: NodeBindings): Response | Promise<Response>;
}

interface SrvxRequest extends Request {
  readonly runtime: { readonly node: { readonly req: IncomingMessage; readonly res: ServerResponse } };
}

/** What is used of srvx. */
interface Srvx {
  toNodeHandler(fetch: (request: SrvxRequest) => Promise<Response>): RequestListener;
  /** Puts a class in the place of the global `Request` that can be made of a request of srvx's: Node's own throws. Once is enough. */
  patchGlobalRequest(): void;
}

/** On what a handler returns that answers by `outgoing` alone: @hono/node-server's `RESPONSE_ALREADY_SENT`. */
const ALREADY_SENT = 'x-hono-already-sent';

/**
 * srvx translates between Node's requests and the web's, streams included. Only its translator is used, and it is loaded here only; by
 * require, which takes ES modules, for the host's own code may run where there is no import().
 */
export function listenFetch(handler: FetchHandler, target: ListenTarget): Promise<Listening> {
  const { toNodeHandler, patchGlobalRequest } = require('srvx/node') as Srvx;
  patchGlobalRequest();
  return listenToRequests(
    toNodeHandler((request) => answerOf(handler, request)),
    target,
  );
}

/** What the handler answers. One that fails is no crash: whoever hosts such handlers says what has happened, and answers with a 500. */
async function answerOf(handler: FetchHandler, request: SrvxRequest): Promise<Response> {
  const { req: incoming, res: outgoing } = request.runtime.node;
  try {
    return await whenDue(await handler.fetch(request, { incoming, outgoing }), outgoing);
  } catch (error) {
    console.error(error);
    return new Response('Internal Server Error', { status: 500 });
  }
}

/** srvx ends whatever it is given, so one that the handler sends by itself is handed over when that is over. */
function whenDue(response: Response, outgoing: ServerResponse): Response | Promise<Response> {
  const isSentByItself = method(member(response, 'headers'), 'has')?.(ALREADY_SENT) === true;
  if (!isSentByItself) return withLength(response);
  if (outgoing.closed) return response;
  return new Promise((resolve) => {
    outgoing.once('close', () => {
      resolve(response);
    });
  });
}

/** What srvx's own `serve()` returns listens already, or is about to. */
export async function adoptSrvx(server: object, target: ListenTarget): Promise<Listening> {
  const inner = member(member(server, 'node'), 'server');
  const told = inner instanceof Server ? await listenNodeServer(inner, target) : {};
  await method(server, 'ready')?.();
  const url = member(server, 'url');
  return {
    ...told,
    adopted: true,
    ...(told.servers === undefined && typeof url === 'string' ? { url, address: addressInUrl(url) } : {}),
    close: () => method(server, 'close')?.(),
  };
}

interface Apollo {
  start(): Promise<void>;
  stop(): Promise<void>;
  assertStarted(by: string): void;
  executeHTTPGraphQLRequest(request: { httpGraphQLRequest: unknown; context: () => Promise<object> }): Promise<ApolloAnswer>;
}

interface ApolloAnswer {
  readonly status?: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body:
    | { readonly kind: 'complete'; readonly string: string }
    | { readonly kind: 'chunked'; readonly asyncIterator: AsyncIterableIterator<string> };
}

/** One that is started, with a server that listens, is served by that: it knows its paths and its context, and Apollo tells nothing of it. */
export async function listenApollo(apollo: Apollo, target: ListenTarget): Promise<Listening> {
  const taken = isStarted(apollo) ? ownServers() : [];
  const told = taken.length > 0 ? await adoptStarted(taken, target) : await serveApollo(apollo, target);
  // Requests in flight need it started: it is stopped behind the last of them.
  const close = async (): Promise<void> => {
    await Promise.all((told.servers ?? []).map(closeNodeServer));
    await apollo.stop();
  };
  return { ...told, server: apollo, close };
}

/** Served by Apollo's interface for integrations, as by its standalone server: JSON, every path, every origin, an empty context. */
async function serveApollo(apollo: Apollo, target: ListenTarget): Promise<Listening> {
  if (!isStarted(apollo)) await apollo.start();
  return listenToRequests((request, response) => {
    if (answerOrigin(request, response)) return;
    if (refuseCoded(request, response)) return;
    answer(apollo, request, response).catch((error: unknown) => {
      const isTheClients = error instanceof SyntaxError;
      if (!response.headersSent) response.writeHead(isTheClients ? 400 : 500, { 'content-type': 'text/plain' });
      response.end(isTheClients ? String(error) : 'Internal Server Error');
    });
  }, target);
}

/** Lets pages of every origin read the answer; true for a preflight, which is answered by that. */
function answerOrigin(request: IncomingMessage, response: ServerResponse): boolean {
  response.setHeader('access-control-allow-origin', '*');
  if (request.method !== 'OPTIONS') return false;
  const asked = request.headers['access-control-request-headers'];
  response.writeHead(204, {
    'access-control-allow-methods': 'GET,HEAD,PUT,PATCH,POST,DELETE',
    vary: 'Access-Control-Request-Headers',
    ...(asked === undefined ? {} : { 'access-control-allow-headers': asked }),
  });
  response.end();
  return true;
}

/** Apollo's own server decodes more, by libraries that it has for this. True for a body that would be misread here, which is answered with what to do. */
function refuseCoded({ headers }: IncomingMessage, response: ServerResponse): boolean {
  const hasBody = (headers['content-length'] ?? headers['transfer-encoding']) !== undefined;
  if (!hasBody || !isJson(headers['content-type'])) return false;
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  const coding = headers['content-encoding'] ?? 'identity';
  if (/^utf-?8$/i.test(charset) && /^identity$/i.test(coding)) return false;
  response.writeHead(415, { 'content-type': 'text/plain' });
  response.end(
    `A body of charset "${charset}" and content-encoding "${coding}" is not read where factory() returned an Apollo server that is not started: ` +
      'call startStandaloneServer() in factory(), and return the server when that is done.',
  );
  return true;
}

function isStarted(apollo: Apollo): boolean {
  try {
    apollo.assertStarted('jest-controller');
    return true;
  } catch {
    return false;
  }
}

async function answer(apollo: Apollo, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const headers = new Map(Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]));
  const text = await textOf(request);
  const {
    status = 200,
    headers: answered,
    body,
  } = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: (request.method ?? 'GET').toUpperCase(),
      headers,
      search: new URL(request.url ?? '/', 'http://localhost').search,
      body: isJson(headers.get('content-type')) && text !== '' ? (JSON.parse(text) as object) : {},
    },
    context: () => Promise.resolve({}),
  });
  response.writeHead(status, Object.fromEntries(answered));
  if (body.kind === 'complete') {
    response.end(body.string);
    return;
  }
  for await (const chunk of body.asyncIterator) response.write(chunk);
  response.end();
}

function isJson(contentType = ''): boolean {
  return /^application\/json\s*(;|$)/i.test(contentType);
}

async function textOf(request: IncomingMessage): Promise<string> {
  request.setEncoding('utf8');
  let text = '';
  for await (const chunk of request) text += chunk as string;
  return text;
}
