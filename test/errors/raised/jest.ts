/**
 * What is raised by the room that knows Jest.
 */
import { jest } from '@jest/globals';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { createContext, type Context } from 'node:vm';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { Controller } from '../../../src/controller/controller';
import type { TrackedController } from '../../../src/controller/surroundings';
import { withController } from '../../../src/jest/environment';
import { controllersNotYet } from '../../../src/jest/controllers-not-yet';
import { FileControllers, readConfigured, refuseScope, type FileControllersOptions } from '../../../src/jest/file-controllers';
import { guardedHandle } from '../../../src/jest/test-side/guarded-handle';
import { insideTests, outsideJest, type Hooks } from '../../../src/jest/test-side/hooks';
import { readIdleAfterEach } from '../../../src/jest/idle-after-each';
import { tooOld } from '../../../src/jest/jest-environment-node';
import { Connection } from '../../../src/jest/loading/connection';
import { warnOfLeaks } from '../../../src/jest/leaks';
import { inRun } from '../../../src/jest/run-scope/in-run';
import { orphaned } from '../../../src/jest/run-scope/guest-callbacks';
import { meetingPlace, openFolder } from '../../../src/jest/run-scope/meeting-place';
import { holderFailed, holderGone } from '../../../src/jest/run-scope/relay-errors';
import { RunLoop } from '../../../src/jest/run-scope/run-loop';
import { crashedBefore, crashedElsewhere } from '../../../src/jest/run-scope/shared-server';
import { runInTests } from '../../../src/jest/test-side/scopes';
import { takeAnsweredError } from '../../../src/jest/both-realms/server-error';
import { startInOrder, type Starter } from '../../../src/jest/test-side/start-order';
import { refuseMisspelt } from '../../../src/jest/environment-options';
import { readThunk } from '../../../src/jest/test-side/thunk';
import { toController, useController } from '../../../src/jest/test-side/use-controller';
import { useLoop } from '../../../src/jest/test-side/use-loop';
import { useControllers } from '../../../src/jest/test-side/use-controllers';
import { decodeError } from '../../../src/protocol/errors';
import { Warnings } from '../../../src/jest/report/warnings';
import { laterError } from '../../../src/jest/both-realms/later-error';
import { concurrentError } from '../../../src/jest/watch';
import { thrownBy, type Raised } from './raised';

class EchoController extends Controller {
  count = 0;
  factory() {
    return createServer();
  }
  add(): number {
    return (this.count += 1);
  }
}

/** As TypeScript writes a class with the target ES5. */
function Compiled(this: unknown, ...given: unknown[]): unknown {
  return Reflect.apply(Controller, this, given);
}
Object.setPrototypeOf(Compiled.prototype, Controller.prototype);

/** Takes options where it is given the hostname. */
class Forgetful extends Controller<number> {
  constructor(options?: string) {
    super(undefined, undefined, options as undefined);
  }

  factory(): ReturnType<typeof createServer> {
    return createServer();
  }
}

const tracked = (facts: object): TrackedController =>
  ({
    name: 'EchoController',
    madeAt: 'echo.test.ts:3:14',
    leaks: 'fail',
    error: new Error('boom'),
    stop: () => Promise.resolve(),
    ...facts,
  }) as TrackedController;

/** At the top of the file these calls are where they belong, so that what is wrong is what they are given. */
const AT_TOP = {
  scope: thrownBy(() => useController(EchoController, { scope: 'suite' as never })),
  noOptions: thrownBy(() => useController(EchoController, 5 as never)),
  noOptionsOfOne: thrownBy(() => useControllers({ echo: [EchoController, 5] as never })),
  instance: thrownBy(() => useController(new EchoController(), { scope: 'run' as never })),
  scopeAmongAll: thrownBy(() => useControllers({ echo: EchoController, scope: 'test' } as never)),
  otherClass: thrownBy(() => useControllers({ echo: class Other {} } as never)),
  list: thrownBy(() => useControllers(5 as never)),
  scopeOfAll: thrownBy(() => useControllers({ echo: EchoController }, { scope: 'run' as never })),
  scopeOfOne: thrownBy(() => useControllers({ echo: [EchoController, { scope: 'test' } as object] })),
};

const configured = (controllers: unknown, context: Context | null = createContext()): Promise<void> => {
  const options = {
    projectConfig: { rootDir: '/project', testEnvironmentOptions: { controllers } },
    docblockPragmas: {},
    testPath: '/project/a.test.js',
    service: {
      resolveEach(_from: string, specifier: string) {
        if (specifier === './gone') throw new Error('Nothing is there.');
        return ['/project/app.js'];
      },
    },
    own: () => undefined,
  } as unknown as FileControllersOptions;
  return new FileControllers({ getVmContext: () => context, global: {} } as never, options).start();
};

const overlapping = (): unknown => {
  const controller = Object.defineProperty(new EchoController(), 'state', { value: 'running' });
  let begin: (() => Promise<void>) | undefined;
  const hooks = { beforeEach: (run: () => Promise<void>) => (begin = run), afterEach: () => undefined } as unknown as Hooks;
  runInTests({ controllers: [controller], start: () => controller.start() }, hooks, {});
  return begin?.();
};

const starter = (name: string, reads: string): Starter => ({
  name,
  started: {},
  prepare: (others) => void others[reads],
  start: () => Promise.resolve(),
});

const openLoop = (loop: RunLoop): unknown =>
  Reflect.apply(Reflect.get(loop, 'open') as () => unknown, loop, [{ boot: { loader: { kind: 'jest', standIn: null } }, preload: [] }]);

const othersFolder = (): unknown => {
  const folder = mkdtempSync(path.join(tmpdir(), 'others-'));
  try {
    chmodSync(folder, 0o777);
    return thrownBy(() => openFolder(folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** Nobody on the stack, and no environment that knows the test file. */
const withoutCaller = (): unknown => {
  jest.doMock('../../../src/controller/source/call-site', () => ({ callingFiles: () => [] }));
  let thrown: unknown;
  jest.isolateModules(() => {
    const fresh = require('../../../src/jest/test-side/thunk') as { readThunk: typeof readThunk };
    thrown = thrownBy(() => fresh.readThunk(eval("() => import('./app')") as () => unknown));
  });
  jest.dontMock('../../../src/controller/source/call-site');
  return thrown;
};

/** The thread is blocked, the transformer asynchronous, and no other thread can stand in. */
const blockedTransform = (): unknown => {
  const { port1, port2 } = new MessageChannel();
  const connection = new Connection(port1, new Int32Array(new SharedArrayBuffer(64)), {
    answer: () => Promise.resolve({} as never),
    canStandIn: false,
  });
  port2.postMessage({ type: 'transform', file: '/project/app.ts', request: 1 });
  connection.pump(true);
  const reply = receiveMessageOnPort(port2)?.message as { readonly error: Parameters<typeof decodeError>[0] };
  connection.close();
  port2.close();
  return decodeError(reply.error);
};

export const JEST: readonly Raised[] = [
  { when: 'a blocked thread is to transform', names: ['/project/app.ts', 'start()', 'remote'], raise: blockedTransform },
  { when: 'a scope is unknown', names: ['scope', "'suite'", "'block' | 'test' | 'run'"], raise: () => AT_TOP.scope },
  { when: 'an instance is to serve the run', names: ["scope: 'run'", 'instance'], raise: () => AT_TOP.instance },
  {
    when: 'a method of the class is called on the test side',
    names: ['EchoController', 'add', '.remote.add()'],
    raise: () => guardedHandle(new EchoController()).add(),
  },
  {
    when: 'a field of the class is read on the test side',
    names: ['EchoController', 'count', 'await ….remote.count'],
    raise: () => guardedHandle(new EchoController()).count,
  },
  {
    when: 'factory() is called on the test side',
    names: ['EchoController', 'factory()', '`server`'],
    raise: () => guardedHandle(new EchoController()).factory(),
  },
  {
    when: 'a field of the class is assigned on the test side',
    names: ['EchoController', 'server side', '.remoteSync.count = …'],
    raise: () => Reflect.set(guardedHandle(new EchoController()), 'count', 1),
  },
  {
    when: 'a field that nobody has is assigned on the test side',
    names: ['EchoController', 'has no cuont', '.remoteSync.cuont = …'],
    raise: () => Reflect.set(guardedHandle(new EchoController()), 'cuont', 1),
  },
  {
    when: 'what can only be read is assigned',
    names: ["EchoController's port", 'option'],
    raise: () => Reflect.set(guardedHandle(new EchoController()), 'port', 1),
  },
  { when: 'useControllers gets no object', names: ['useControllers()', '5 (number)'], raise: () => AT_TOP.list },
  { when: 'the scope of several is unknown', names: ['scope', "'run'", "'block' | 'test'"], raise: () => AT_TOP.scopeOfAll },
  {
    when: 'one of several has a scope',
    names: ['scope', "useControllers({ … }, { scope: 'test' })", 'echo'],
    raise: () => AT_TOP.scopeOfOne,
  },
  {
    when: 'one of several is no controller',
    names: ['useControllers()', '`scope`', "'test' (string)"],
    raise: () => AT_TOP.scopeAmongAll,
  },
  { when: 'one of several is another class', names: ['useControllers()', '`echo`', 'class Other'], raise: () => AT_TOP.otherClass },
  { when: 'useController gets no options', names: ['options', 'an object', '5 (number)'], raise: () => AT_TOP.noOptions },
  { when: 'useControllers gets no options for one', names: ['options', 'an object', '5 (number)'], raise: () => AT_TOP.noOptionsOfOne },
  { when: 'useController gets no controller', names: ['useController()', '5 (number)'], raise: () => toController(5, {}) },
  {
    when: 'useController gets a class that is compiled to ES5',
    names: ["() => import('./app')", 'Compiled', '`target`', 'ES2015'],
    raise: () => toController(Compiled as never, {}),
  },
  {
    when: 'useController gets the promise of a module',
    names: ['useController()', 'Promise', "() => import('./module')"],
    raise: () => toController(Promise.resolve({}), {}),
  },
  { when: 'useController gets another class', names: ['useController()', 'class Other'], raise: () => toController(class Other {}, {}) },
  {
    when: 'an instance comes with options',
    names: ['readyTimeout', 'scope'],
    raise: () => toController(new EchoController(), { readyTimeout: 5 }),
  },
  {
    when: 'an option of useController is unknown',
    names: ['scope', 'hostname', 'port', 'export', '`expert`', 'Did you mean `export`?'],
    raise: () => toController(EchoController, { expert: 'app' } as object),
  },
  {
    when: 'useController is called in a test',
    names: ['useController()', 'describe', '.start()', '.stop()'],
    raise: () => insideTests('useController'),
  },
  { when: 'useLoop is called in a test', names: ['useLoop()', 'describe', 'ThreadLoop'], raise: () => insideTests('useLoop') },
  { when: 'useLoop is given something else', names: ['loop', 'ThreadLoop'], raise: () => useLoop({} as never) },
  {
    when: 'useController is called outside of Jest',
    names: ['useController()', 'start()'],
    raise: () => outsideJest('useController'),
  },
  {
    when: 'a class’s constructor does not pass the options on',
    names: ['The constructor of Forgetful', '`data` is lost', 'hostname, port and options'],
    raise: () => toController(Forgetful, { data: 1 }),
  },
  {
    when: 'useController gets a server that the test made',
    names: ['useController()', '[Server]', 'module of its own'],
    raise: () => toController(createServer(), {}),
  },
  {
    when: 'useController gets an application that the test made',
    names: ['function app(request, response) { response.end(); }. ', 'module of its own'],
    raise: () =>
      readThunk(function app(request: { url: string }, response: { end(): void }) {
        response.end();
      } as () => unknown),
  },
  {
    when: 'useController gets a long function that the test made',
    names: [`: () => '${'a'.repeat(73)}…. Expected `],
    raise: () => readThunk(eval(`() => '${'a'.repeat(200)}'`) as () => unknown),
  },
  { when: 'a thunk holds no import', names: ['useController()', 'import('], raise: () => readThunk(() => 5) },
  {
    when: 'the path of a thunk’s import is in a variable',
    names: ['an import whose path is not written out', 'import(name)'],
    raise: () => readThunk(eval('() => import(name)') as () => unknown),
  },
  {
    when: 'a thunk chooses an export by itself',
    names: ["import('./raised')", "{ export: 'errorOf' }"],
    raise: () => readThunk(eval("() => import('./raised').then(({ errorOf }) => errorOf)") as () => unknown),
  },
  {
    when: 'a thunk calls what it imports',
    names: ['does more than import', "'./raised', or another module"],
    raise: () => readThunk(eval("async () => (await import('./raised')).thrownBy()") as () => unknown),
  },
  {
    when: 'a thunk’s module is not there',
    names: ["'./nothing-there'", 'from /'],
    raise: () => readThunk(eval("() => import('./nothing-there')") as () => unknown),
  },
  {
    when: 'a thunk’s module is there as TypeScript',
    names: ["'./raised.js'", 'raised.ts is there', 'moduleNameMapper', String.raw`\\.js$`],
    raise: () => readThunk(eval("() => import('./raised.js')") as () => unknown),
  },
  { when: 'nobody knows who called', names: ['useController()', 'class'], raise: withoutCaller },
  {
    when: 'an environment class is undefined',
    names: ['withController()', 'undefined', 'the class itself'],
    raise: () => withController(undefined as never),
  },
  { when: "the node environment is an old Jest's", names: ['/modules/index.js', 'Jest 29.7'], raise: () => tooOld('/modules/index.js') },
  {
    when: 'a set-up file reads a controller too early',
    names: ['controllers.api', 'setupFiles', 'setupFilesAfterEnv'],
    raise: () => (controllersNotYet({ api: './api' }) as { api: unknown }).api,
  },
  { when: 'controllers are no object', names: ['testEnvironmentOptions.controllers', '5 (number)'], raise: () => configured(5) },
  {
    when: 'a configured module is not there',
    names: ["'./gone'", 'controllers.api', 'rootDir', '/project'],
    raise: () => configured({ api: './gone' }),
  },
  {
    when: 'an option of the environment is misspelt',
    names: ['`testEnvironmentOptions.controller`', '`controllers`'],
    raise: () => {
      refuseMisspelt({ url: 'http://localhost', controllers: {}, controller: {} });
    },
  },
  { when: 'the environment has no context', names: ['environment', 'controllers'], raise: () => configured({}, null) },
  {
    when: 'a configured controller has an unknown scope',
    names: ['controllers.api.scope', "'test'"],
    raise: () => refuseScope('api', 'test'),
  },
  {
    when: 'a configured controller has no module',
    names: ['controllers.api', 'module'],
    raise: () => readConfigured('api', {}),
  },
  {
    when: 'a configured controller has an unknown option',
    names: ['module', 'scope', '`prot`', 'Did you mean `port`?'],
    raise: () => readConfigured('api', { module: './api', prot: 80 }),
  },
  {
    when: 'idleAfterEach is a text',
    names: ['testEnvironmentOptions.idleAfterEach', "'yes'"],
    raise: () => readIdleAfterEach({ idleAfterEach: 'yes' }),
  },
  {
    when: 'a file leaves a controller running',
    names: ['EchoController', 'echo.test.ts:3:14'],
    raise: () => warnOfLeaks([tracked({})], { warnings: new Warnings(), startedIn: () => undefined }),
  },
  {
    when: 'a request is answered with 500 for a reason that nobody knows',
    names: ['EchoController', 'GET /users with 500', 'onServerError'],
    raise: () => takeAnsweredError(tracked({ takeServerError: () => ({ answered: 'GET /users with 500' }) }), 'test'),
  },
  {
    when: 'a loop is given beside the run scope',
    names: ['loop', "scope: 'run'"],
    raise: () => inRun(() => new EchoController(), { loop: {} }),
  },
  { when: 'the temporary folder has a long path', names: ['TMPDIR'], raise: () => meetingPlace({ pid: 1, since: '1' }, 'x'.repeat(200)) },
  { when: 'others may enter the folder', names: ['others-'], raise: othersFolder },
  {
    when: 'the run’s process does not start',
    names: ['EchoController', "scope: 'run'", 'ENOMEM'],
    raise: () => holderFailed('EchoController', 1, 'ENOMEM'),
  },
  { when: 'the run’s process is killed', names: ['EchoController', "scope: 'run'"], raise: () => holderGone('EchoController') },
  { when: 'a loop of the run gets another controller', names: ["scope: 'run'"], raise: () => openLoop(new RunLoop()) },
  {
    when: 'a configuration with functions is to cross',
    names: ["scope: 'run'", 'transform'],
    raise() {
      const loop = new RunLoop();
      loop.serve(new EchoController());
      return openLoop(loop);
    },
  },
  { when: 'a shared server calls a function of a file that is over', names: ['function', 'test file'], raise: () => orphaned() },
  {
    when: 'a shared server crashes elsewhere',
    names: ['EchoController', 'a.test.ts'],
    raise: () => crashedElsewhere('EchoController', new Error('boom'), 'a.test.ts'),
  },
  {
    when: 'a shared server crashed before',
    names: ['EchoController', 'a.test.ts'],
    raise: () => crashedBefore('EchoController', { error: new Error('boom'), witnesses: ['a.test.ts'] }),
  },
  { when: 'tests of one server overlap', names: ['EchoController', "scope: 'test'", 'test.concurrent'], raise: overlapping },
  {
    when: 'an option asks for an unknown name',
    names: ['api', "'mial'", 'mail'],
    raise: () =>
      startInOrder(
        [starter('api', 'mial'), starter('mail', 'then')].slice(0, 1).concat({ ...starter('mail', ''), prepare: () => undefined }),
      ),
  },
  {
    when: 'an option asks for an unknown name where nobody else starts',
    names: ['An option of api', "'mial'", 'together. Add it.'],
    raise: () => startInOrder([starter('api', 'mial')]),
  },
  {
    when: 'options go in a circle',
    names: ['api', '→', 'mail'],
    raise: () => startInOrder([starter('api', 'mail'), starter('mail', 'api')]),
  },
  {
    when: 'concurrent tests ask for a server each',
    names: ['EchoController', 'test.concurrent'],
    raise: () => concurrentError(tracked({})),
  },
  {
    when: 'a test comes after a crash',
    names: ['EchoController', 'lists users', "scope: 'test'"],
    raise: () => laterError(tracked({}), 'lists users'),
  },
];
