/**
 * Every shape of the contract: its fixture, its client, and what is special about it.
 */
import { everything } from '../form';
import { describeServer } from './describe-server';
import type { Contract, Talk } from './describe-server';
import { talkHttp } from './clients/http';
import { talkHttp2 } from './clients/http2';
import { talkCoap, talkGrpc, talkLdap, talkMqtt, talkSmtp } from './clients/protocols';
import { talkTcp, talkTls, talkUdp } from './clients/raw';
import { talkSocketIo, talkWebSocket } from './clients/web-socket';
import type { Runner } from './runners';

export type Shape = readonly [name: string, fixture: string, talk: Talk, contract?: Contract];

export const NODE_SERVERS: readonly Shape[] = [
  ['a net server', 'net-echo', talkTcp, { scheme: 'tcp:', takesPath: true }],
  ['a tls server', 'tls-echo', talkTls, { scheme: 'tls:', takesPath: true }],
  ['an http server', 'http', talkHttp(), { takesPath: true }],
  ['an https server', 'https', talkHttp(), { scheme: 'https:' }],
  ['an http2 server without TLS', 'h2c', talkHttp2],
  ['an http2 server', 'http2', talkHttp2, { scheme: 'https:' }],
  ['an http2 server that allows HTTP/1', 'http2', talkHttp(), { scheme: 'https:' }],
  ['a udp4 socket', 'udp', talkUdp('udp4'), { scheme: 'udp:' }],
  ['a udp6 socket', 'udp6', talkUdp('udp6'), { scheme: 'udp:', hostname: '::1' }],
];

/** restify 11 asks Node for a part of its insides that Node 24 has no more. */
const restify = Number.parseInt(process.versions.node) < 24 ? ['restify'] : [];

export const FRAMEWORKS: readonly Shape[] = [
  ...['listener', 'express', 'express4', 'connect', 'koa', 'koa2', 'fastify', 'fastify4', 'fastify-promise', 'hapi'].map((name): Shape => [
    name,
    name,
    talkHttp(),
    { takesPath: true },
  ]),
  ...['polka', ...restify, 'json-server', 'http-proxy'].map((name): Shape => [name, name, talkHttp()]),
];

function talkGraphql(path: string): Talk {
  const expected = '"hello":"hello"';
  return talkHttp({
    path: `${path}?query=${encodeURIComponent('{ hello }')}`,
    expected,
    headers: { 'apollo-require-preflight': 'yes' },
    upload: { path, type: 'application/json', body: '{"query":"{ hello }"}', expected },
  });
}

const talkTrpc = talkHttp({
  path: '/hello',
  expected: '"data":"hello"',
  upload: { path: '/echo', type: 'application/json', body: '"first and second"', expected: '"data":"first and second"' },
});

export const CALLS: readonly Shape[] = [
  ['Apollo Server', 'apollo', talkGraphql('/')],
  ["Apollo Server's standalone server", 'apollo-standalone', talkGraphql('/'), { takesPort: false }],
  ["the url that Apollo Server's standalone server gives", 'apollo-url', talkGraphql('/'), { takesPort: false }],
  ['Apollo Server that its standalone server has started', 'apollo-started', talkGraphql('/'), { takesPort: false }],
  ['graphql-yoga', 'yoga', talkGraphql('/graphql')],
  ['tRPC', 'trpc', talkTrpc],
];

export const WEB_SOCKETS: readonly Shape[] = [
  ['ws with a port of its own', 'ws-own-port', talkWebSocket, { scheme: 'ws:', takesPort: false }],
  ['ws on an http server', 'ws-on-http', talkWebSocket, { scheme: 'ws:' }],
  ['ws without a server', 'ws-no-server', talkWebSocket, { scheme: 'ws:' }],
  // The hidden ws server throws the error on, behind the one that tells us: in a test's own process that ends the test.
  ['an http server with a ws server that is not returned', 'ws-hidden', talkWebSocket, { reportsBusyPort: false }],
  ['Socket.IO alone', 'socket-io', talkSocketIo],
  ['Socket.IO on an http server', 'socket-io-attached', talkSocketIo],
];

export const PROTOCOLS: readonly Shape[] = [
  ['smtp-server', 'smtp', talkSmtp, { scheme: 'smtp:' }],
  // Its error has no code: gRPC makes one of its own.
  ['gRPC', 'grpc', talkGrpc, { scheme: 'grpc:', request: /^POST \/echo\.Echo\/talk$/, reportsBusyPort: false }],
  ['nice-grpc', 'nice-grpc', talkGrpc, { scheme: 'grpc:', request: /^POST \/echo\.Echo\/talk$/, reportsBusyPort: false }],
  [
    'nice-grpc that its factory has made listen',
    'nice-grpc-started',
    talkGrpc,
    { scheme: 'grpc:', request: /^POST \/echo\.Echo\/talk$/, takesPort: false },
  ],
  ['ldapjs', 'ldap', talkLdap, { scheme: 'ldap:' }],
  // CoAP shares its port (SO_REUSEADDR).
  ['coap', 'coap', talkCoap, { scheme: 'udp:', reportsBusyPort: false }],
];

export const OWN_SERVERS: readonly Shape[] = [
  ['a server that listens already', 'adopted', talkHttp(), { takesPort: false }],
  ['a server that is about to listen', 'about-to-listen', talkHttp(), { takesPort: false }],
  ['an object that starts and stops', 'start-stop', talkHttp(), { takesPort: false }],
  // Its errors have no listener, which ends a thread's start, but also a test's own process.
  ['an object that listens, and refuses to start', 'apollo-3', talkHttp(), { reportsBusyPort: false }],
  ['a function that stops what its factory has started', 'stop-function', talkHttp(), { takesPort: false }],
  ['a function that closes the socket which its factory has bound', 'stop-udp', talkUdp('udp4'), { scheme: 'udp:', takesPort: false }],
  ['listen and close by promises', 'own-listen-promise', talkHttp()],
  ['listen and close by callbacks', 'own-listen-callback', talkHttp()],
  ['listen and close that return at once', 'own-listen-sync', talkHttp()],
  ['a bundle', 'bundle', talkHttp(), { takesPath: true }],
];

const talkBytes = talkHttp({
  upload: { path: '/', type: 'application/octet-stream', body: 'first and second', expected: 'first and second' },
});

/** ES modules, or what loads one: Jest's own module system takes none, a thread's does. */
export const ES_MODULES: readonly Shape[] = [
  ['Hono', 'hono', talkHttp(), { takesPath: true }],
  ['a fetch handler', 'fetch-handler', talkHttp(), { takesPath: true }],
  ['a server that srvx has started', 'srvx', talkHttp(), { takesPort: false }],
  ['NestJS on Express', 'nest-express', talkBytes],
  ['NestJS on Fastify', 'nest-fastify', talkBytes],
  ['aedes', 'aedes', talkMqtt, { scheme: 'tcp:' }],
];

/** In the short form, those that go through the whole contract in a thread too: one of a kind. Of the others a process has shown it. */
const REPRESENTATIVES = new Set(['http', 'express', 'trpc', 'ws-on-http', 'ldap', 'bundle', 'hono']);

export function describeShapes(shapes: readonly Shape[], runner: Runner): void {
  for (const [name, fixture, talk, contract] of shapes) {
    const whole = everything || !runner.isolates || REPRESENTATIVES.has(fixture);
    // A thread is the only place where these run.
    if (!whole && shapes !== ES_MODULES) continue;
    describeServer(name, fixture, talk, { ...contract, runner, brief: !whole });
  }
}
