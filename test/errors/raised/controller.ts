/**
 * What the test side raises of a controller's life.
 */
import { EventEmitter } from 'node:events';
import * as vm from 'node:vm';
import { Controller } from '../../../src/controller/controller';
import { Conversation } from '../../../src/controller/conversation/conversation';
import { endError, startEndError, timeoutError } from '../../../src/controller/session/end-errors';
import { judgeLeftovers } from '../../../src/controller/leaks';
import { Lifecycle } from '../../../src/controller/lifecycle';
import { locateClass } from '../../../src/controller/source/locate-class';
import { LogBook } from '../../../src/controller/report/log-book';
import { explainMainScript } from '../../../src/controller/session/main-script';
import { resolveMocks } from '../../../src/controller/options/mocks';
import { preload } from '../../../src/controller/options/preload';
import type { Session } from '../../../src/controller/session/session';
import type { StartFacts } from '../../../src/controller/session/start-progress';
import { NOTHING_TO_STOP } from '../../../src/controller/report/stop-report';
import { ServerCrashedError, UsageError } from '../../../src/errors/errors';
import type { FromHost, ToHost } from '../../../src/protocol/messages';
import type { Raised } from './raised';

const conversation = (owner = new EventEmitter()): Conversation =>
  new Conversation(owner, {
    name: 'EchoController',
    logBook: new LogBook(),
    live: false,
    syncTimeout: 20,
    stop: () => undefined,
  });

const call = ({ remote }: Conversation): unknown => (remote as { anything(): unknown }).anything();

/** A session whose host answers what `answer` says. */
const sessionWith = (receive: () => Conversation, answer: (message: ToHost) => FromHost | undefined): Session =>
  ({
    id: 1,
    link: {
      hold: () => undefined,
      release: () => undefined,
      post(message: ToHost) {
        const answered = answer(message);
        if (answered !== undefined) queueMicrotask(() => receive().receive(answered));
      },
    },
  }) as unknown as Session;

const progress: StartFacts = {
  name: 'EchoController',
  form: 'class',
  kept: false,
  phase: 'load',
  loading: true,
  elapsed: { boot: 20, load: 60_000 },
  limits: { readyTimeout: 5000, loadTimeout: 60_000 },
  compiling: 0,
  busyShare: undefined,
  occupiedShare: undefined,
};

const ended = { code: null, signal: null, threw: false, error: undefined, culprit: undefined, ordered: false };
const end = (facts: object): Parameters<typeof endError>[1] => ({ ...ended, ...facts }) as unknown as Parameters<typeof endError>[1];

const stoppedWhileStarting = (): Promise<unknown> =>
  new Promise((resolve) => {
    const ignore = (): undefined => undefined;
    const lifecycle = new Lifecycle({
      name: 'EchoController',
      stopTimeout: 0,
      open: () => ({ phase: 'load', begin: ignore, start: ignore, abandon: resolve }) as unknown as Session,
      message: ignore,
      ready: ignore,
      stopped: ignore,
      crashed: ignore,
      sessionOver: ignore,
    });
    lifecycle.start(ignore);
    lifecycle.stop(ignore);
  });

// Tests are not to be named among those that a leak warns of.
class NoFactory extends Controller {
  declare factory: () => object;
}

class WithLogs extends Controller {
  constructor() {
    super();
    // As a field of JavaScript does; TypeScript refuses it.
    Object.defineProperty(this, 'logs', { value: [], writable: true, enumerable: true, configurable: true });
  }

  factory(): object {
    return {};
  }
}

class WithUrl extends Controller {
  factory(): object {
    return {};
  }
}
// As a method of JavaScript does; TypeScript refuses it.
Object.defineProperty(WithUrl.prototype, 'url', { value: () => '', writable: true, configurable: true });

export const CONTROLLER: readonly Raised[] = [
  { when: 'a field hides one of each controller', names: ['WithLogs', '`logs`'], raise: () => new WithLogs().start() },
  { when: 'a method hides a getter of each controller', names: ['WithUrl', 'method `url`'], raise: () => new WithUrl().start() },
  { when: 'factory() is missing', names: ['NoFactory', 'factory()'], raise: () => new NoFactory().start() },
  {
    when: 'the signal of a start is none',
    names: ['signal', 'an AbortSignal', '5 (number)'],
    raise: () => new NoFactory().start({ signal: 5 as never }),
  },
  { when: 'a call comes before start', names: ['EchoController'], raise: () => call(conversation()) },
  {
    when: 'a call comes after a crash',
    names: ['EchoController'],
    raise() {
      const dead = conversation();
      dead.crashed(new Error('boom'));
      return call(dead);
    },
  },
  {
    when: 'a call comes after a crash in a known test',
    names: ['EchoController', 'lists users'],
    raise() {
      const dead = conversation();
      dead.crashed(new Error('boom'));
      dead.diedIn('lists users');
      return call(dead);
    },
  },
  {
    when: 'a call comes after an exit that somebody has listened for',
    names: ['EchoController', '`cause`'],
    raise() {
      const owner = new EventEmitter().on('crashed', () => undefined);
      const dead = conversation(owner);
      dead.crashed(new ServerCrashedError('EchoController exited with code 3.', { exitCode: 3 }));
      return call(dead);
    },
  },
  {
    when: 'a server does not become idle',
    names: ['EchoController', 'GET /slow', 'timeout'],
    raise() {
      const talking = conversation();
      talking.open(
        sessionWith(
          () => talking,
          (message) =>
            message.type === 'idle'
              ? { type: 'idled', id: 1, token: message.token, inFlight: [{ line: 'GET /slow', time: 1 }] }
              : undefined,
        ),
      );
      return talking.waits.untilIdle({ timeout: 5 });
    },
  },
  {
    when: 'a server does not say whether it is idle',
    names: ['EchoController', 'did not say within', 'event loop is blocked'],
    raise() {
      const silent = conversation();
      silent.questions.inFlight = () => Promise.resolve(undefined);
      return silent.waits.untilIdle({ timeout: 5 });
    },
  },
  {
    when: 'a line of output does not come',
    names: ['EchoController', "'listens'", 'timeout: 5', 'printed nothing'],
    raise: () => conversation().waits.untilLogged('listens', { timeout: 5 }),
  },
  { when: 'a pattern is a number', names: ['pattern', '5 (number)'], raise: () => conversation().waits.untilLogged(5 as never) },
  { when: 'a wait has no limit', names: ['timeout', "'5s'"], raise: () => conversation().waits.untilIdle({ timeout: '5s' as never }) },
  { when: 'waitFor gets no function', names: ['check', "'x'"], raise: () => new NoFactory().waitFor('x' as never) },
  { when: 'loading takes too long', names: ['EchoController', 'loadTimeout', '60'], raise: () => timeoutError(progress) },
  {
    when: 'listening takes too long',
    names: ['EchoController', 'readyTimeout', 'JEST_CONTROLLER_READY_TIMEOUT', 'listening'],
    raise: () => timeoutError({ ...progress, phase: 'listen', loading: false }),
  },
  {
    when: 'a signal ends a start',
    names: ['EchoController', 'SIGKILL', 'load'],
    raise: () => startEndError(end({ signal: 'SIGKILL' }), progress),
  },
  { when: 'a loop ends under a start', names: ['EchoController', 'loop'], raise: () => startEndError(end({}), progress) },
  { when: 'an exit ends a start', names: ['EchoController', '3', 'load'], raise: () => startEndError(end({ code: 3 }), progress) },
  {
    when: 'another controller takes its loop along',
    names: ['EchoController', 'MailController'],
    raise: () => endError('EchoController', end({ culprit: 'MailController' })),
  },
  {
    when: 'another of its name takes its loop along',
    names: ['another EchoController', 'Give each of them'],
    raise: () => endError('EchoController', end({ culprit: 'EchoController' })),
  },
  {
    when: 'memory ends',
    names: ['EchoController', 'resourceLimits'],
    raise: () =>
      endError('EchoController', end({ threw: true, error: Object.assign(new Error('heap'), { code: 'ERR_WORKER_OUT_OF_MEMORY' }) })),
  },
  {
    when: 'a signal ends a server',
    names: ['EchoController', 'SIGTERM'],
    raise: () => endError('EchoController', end({ signal: 'SIGTERM' })),
  },
  { when: 'an exit ends a server', names: ['EchoController', '7'], raise: () => endError('EchoController', end({ code: 7 })) },
  {
    when: 'something is left alive at stop',
    names: ['EchoController', 'echo.test.ts:3:14', 'Timeout', 'leaks'],
    raise() {
      judgeLeftovers(
        { name: 'EchoController', madeAt: 'echo.test.ts:3:14', leaks: 'fail' },
        { ...NOTHING_TO_STOP, timers: [{ type: 'Timeout' }] },
        undefined,
      );
    },
  },
  { when: 'a stop comes during a start', names: ['EchoController', 'load'], raise: stoppedWhileStarting },
  {
    when: 'no module exports a class',
    names: ['Hidden', 'module'],
    raise: () => locateClass(vm.runInThisContext('(class Hidden {})') as new () => unknown),
  },
  {
    when: 'a class is written in the test file',
    names: ['Here', __filename, '`remote`'],
    raise: () => locateClass(class Here {}, __filename),
  },
  {
    when: 'static module is no path',
    names: ['Misled', 'static module', '42'],
    raise: () =>
      locateClass(
        class Misled {
          static readonly module = 42;
        },
      ),
  },
  {
    when: 'a mock is not there',
    names: ['./nothing-there', 'mocks', 'messages.test.ts'],
    raise: () => resolveMocks({ './nothing-there': './fake' }),
  },
  {
    when: 'a mock is named by an alias that only a compiler knows',
    names: ['~/src/nothing-there', 'mocks', 'alias', 'path'],
    raise: () => resolveMocks({ '~/src/nothing-there': './fake' }),
  },
  {
    when: 'a class is in the script that is being run',
    names: ['EchoController', 'script', 'Move the class'],
    raise: () => explainMainScript(new UsageError('no'), { name: 'EchoController', phase: 'load', file: process.argv[1] ?? '' }),
  },
  {
    when: 'a module to preload is not there',
    names: ["'nothing-there'", '`preload`', '/project/app.js'],
    raise: () => {
      preload('nothing-there', '/project/app.js');
    },
  },
];
