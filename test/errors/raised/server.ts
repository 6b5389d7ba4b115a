/**
 * What the server side raises of modules, exports and servers.
 */
import type { RequestListener } from 'node:http';
import { asLoadFailure, asUntransformed } from '../../../src/host/loading/load-failure';
import { noLoader } from '../../../src/host/loading/uncompiled';
import { refuseOwnParameters } from '../../../src/host/start/own-parameters';
import { pickExport } from '../../../src/host/start/pick-export';
import type { ListenTarget } from '../../../src/protocol/messages';
import { checkAnswer } from '../../../src/server/adapter-answer';
import { checkClaim } from '../../../src/server/address';
import { failureOf } from '../../../src/server/called-back';
import { notAServer } from '../../../src/server/not-a-server';
import { listenGrpc } from '../../../src/server/shapes/grpc';
import { listenByListen } from '../../../src/server/shapes/lifecycles';
import { listenToFunction } from '../../../src/server/shapes/request-listener';
import { unsettledClose, unsettledHook } from '../../../src/server/unsettled';
import { preparePath } from '../../../src/server/unix-path';
import type { Raised } from './raised';

const file = '/project/app.ts';
const target: ListenTarget = { hostname: '127.0.0.1', port: 8025, path: undefined, given: { hostname: true, port: true } };
const adapter = { name: 'a mainframe', accepts: () => false, listen: () => ({}) };

const ofClass = (exported: unknown, name?: string): unknown =>
  pickExport(exported, { file, form: 'class', className: 'EchoController', export: name });
const ofModule = (exported: unknown, name?: string): unknown => {
  const picked = pickExport(exported, { file, form: 'module', export: name });
  return picked.kind === 'make' ? picked.make() : picked.Class;
};

const loadFailure = (message: string, facts: object): unknown => asLoadFailure(Object.assign(new Error(message), facts), file, 'jest');

/** What comes of the first request to a server that a function answers for. */
async function answerOf(listener: () => unknown): Promise<unknown> {
  const { servers: [server] = [] } = await listenToFunction(listener as RequestListener, { ...target, port: 0 });
  try {
    return server?.emit('request', {}, {});
  } finally {
    server?.close();
  }
}

export const SERVER: readonly Raised[] = [
  {
    when: 'a close hook does not settle',
    names: ['EchoController', '1000 ms', '`stopTimeout`'],
    raise: () => unsettledHook('EchoController', 1000),
  },
  {
    when: 'a close of a server’s own does not settle',
    names: ['own close', '1000 ms', '`stopTimeout`'],
    raise: () => unsettledClose(1000),
  },
  {
    when: 'a module is not there',
    names: ["'./mailer'", '/project/routes.ts', file],
    raise: () => loadFailure("Cannot find module './mailer'", { code: 'MODULE_NOT_FOUND', requireStack: ['/project/routes.ts'] }),
  },
  {
    when: 'a file has no loader',
    names: ['.css', 'transform'],
    raise: () => loadFailure('Unknown file extension ".css" for /project/page.css', { code: 'ERR_UNKNOWN_FILE_EXTENSION' }),
  },
  {
    when: 'a module has a syntax error',
    names: ['/project/app.ts', "';' expected"],
    raise: () => loadFailure(`${file}: ';' expected. (3:7)`, { name: 'SyntaxError' }),
  },
  {
    when: 'no transform applies to TypeScript',
    names: [file, '`transform`', 'ts-jest', '`transformIgnorePatterns`'],
    raise: () =>
      asUntransformed(
        Object.assign(new SyntaxError('No'), { stack: 'SyntaxError: No\n    at compile (node:internal/modules/esm/utils:1:1)' }),
        file,
      ),
  },
  {
    when: 'a constructor keeps a parameter to itself',
    names: ['EchoController', '`greeting`', 'hostname', '`data`'],
    raise: () => {
      refuseOwnParameters('EchoController', 'class EchoController { constructor(greeting) { super(); this.greeting = greeting; } }');
    },
  },
  {
    when: 'nothing compiles TypeScript',
    names: [file, 'tsx', 'testEnvironment', '@jest-environment', "scope: 'run'"],
    raise: () => noLoader(file),
  },
  {
    when: 'a package is written in TypeScript, from which Node takes no types',
    names: ['/node_modules/money/index.ts', 'transform', '`transformIgnorePatterns`'],
    raise: () =>
      loadFailure('Stripping types is currently unsupported for files under node_modules, for "/project/node_modules/money/index.ts"', {
        code: 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING',
      }),
  },
  {
    when: 'Node finds more than types in TypeScript that Jest has left to it',
    names: [file, '`transform`'],
    raise: () => loadFailure(`jest: failed to strip TypeScript types from ${file}\n\nNo enum\n\nConfigure a \`transform\`.`, {}),
  },
  {
    when: 'Node finds more than types in TypeScript, without Jest',
    names: ['No enum', 'tsx', 'testEnvironment'],
    raise: () => asLoadFailure(Object.assign(new SyntaxError('No enum'), { code: 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX' }), file, 'node'),
  },
  { when: 'an export is no controller', names: ["'Echo'", file, '5'], raise: () => ofClass({ Echo: 5 }, 'Echo') },
  { when: 'a class is not exported', names: ['EchoController', file, 'helper'], raise: () => ofClass({ helper: 1 }) },
  { when: 'a named export is missing', names: ["'app'", file, 'server'], raise: () => ofModule({ server: 1, __esModule: true }, 'app') },
  {
    when: 'a module has several exports and no default',
    names: [file, 'a, b', "export: 'a'"],
    raise: () => ofModule({ a: 1, b: 2, __esModule: true }),
  },
  {
    when: 'a module exports nothing',
    names: [file, 'exports nothing', 'listen()', 'default'],
    raise: () => ofModule({ __esModule: true }),
  },
  { when: 'an export is a class and no controller', names: [file, 'App'], raise: () => ofModule({ default: class App {} }) },
  {
    when: 'an export is a function of one parameter',
    names: [file, 'one parameter', 'data', '(request, response)', '{ fetch }'],
    raise: () => ofModule({ default: (app: unknown) => app }),
  },
  {
    when: 'factory() returns nothing',
    names: ['factory() of Echo returned', 'undefined', 'Return the server', 'the function that stops it'],
    raise: () => notAServer(undefined, [adapter], { subject: 'factory() of Echo', verb: 'returned' }),
  },
  {
    when: 'a module exports undefined',
    names: ['The main export of /project/app.ts is no server', 'undefined', 'a function that makes one'],
    raise: () => notAServer(undefined, [adapter], { subject: 'The main export of /project/app.ts', verb: 'is' }),
  },
  {
    when: 'a module exports no server',
    names: ['The main export of /project/app.ts is no server', '42 (number)', 'a mainframe'],
    raise: () => notAServer(42, [adapter], { subject: `The main export of ${file}`, verb: 'is' }),
  },
  {
    when: 'a server listens elsewhere',
    names: ['3000', '8025'],
    raise: () => {
      checkClaim({ address: '127.0.0.1', family: 'IPv4', port: 3000 }, target, true);
    },
  },
  {
    when: 'an adapter tells nothing',
    names: ["'a mainframe'", 'listen()', 'undefined'],
    raise: () => {
      checkAnswer('a mainframe', undefined);
    },
  },
  {
    when: 'an adapter tells an object as url',
    names: ["'a mainframe'", '`url`', 'a string', 'URL {'],
    raise: () => {
      checkAnswer('a mainframe', { url: new URL('http://127.0.0.1:80') });
    },
  },
  {
    when: 'an adapter tells a port as address',
    names: ["'a mainframe'", '`address`', '{ address, family, port }', '{ port: 80 }'],
    raise: () => {
      checkAnswer('a mainframe', { address: { port: 80 } });
    },
  },
  { when: 'the library of a gRPC server is not found', names: ['gRPC', 'bindAsync()'], raise: () => listenGrpc({} as never, target) },
  {
    when: 'what factory() returned cannot be closed',
    names: ['listen', 'close()'],
    raise: () => listenByListen({ listen() {} }, target),
  },
  {
    when: 'the listen of what factory() returned calls back with something that is no error',
    names: ['listen()', '{ token: 1 }', 'factory()', '{ url, close }'],
    raise: () => failureOf({ token: 1 }, { verb: 'listen', begun: false }),
  },
  {
    when: 'a request listener returns a server',
    names: ['createApp()', 'request listener', 'factory()', '`data`'],
    raise: () =>
      answerOf(function createApp() {
        return { listen() {} };
      }),
  },
  {
    when: 'a request listener returns a Response',
    names: ['handle()', 'request listener', '{ fetch: handler }'],
    raise: () =>
      answerOf(function handle() {
        return new Response('hello');
      }),
  },
  { when: 'the path of a socket is too long', names: ['/tmp/xxx', '107'], raise: () => preparePath(`/tmp/${'x'.repeat(200)}`) },
];
