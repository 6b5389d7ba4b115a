/**
 * What is raised of options, arguments and variables.
 */
import { MessageChannel } from 'node:worker_threads';
import { TypedEmitter } from '../../../src/controller/typed-emitter';
import { makeModuleController } from '../../../src/controller/module-controller';
import { READY_TIMEOUT_VARIABLE, readSettings } from '../../../src/controller/options/options';
import { refuseDifference, type LoopSettings } from '../../../src/loop/loop';
import { ProcessLoop } from '../../../src/loop/process-loop';
import { ThreadLoop } from '../../../src/loop/thread-loop';
import { transfer } from '../../../src/protocol/transfers';
import type { Raised } from './raised';

const settings = (options: unknown): unknown => readSettings(undefined, undefined, options);

function withVariable(value: string): unknown {
  process.env[READY_TIMEOUT_VARIABLE] = value;
  try {
    return settings({});
  } finally {
    delete process.env[READY_TIMEOUT_VARIABLE];
  }
}

function withPort(): object {
  const { port1: port } = new MessageChannel();
  port.close();
  return transfer({ port }, [port]);
}

const onLoop = (facts: { env?: object; mocks?: object; preload?: string[] }): LoopSettings =>
  ({
    boot: { env: facts.env ?? {}, mocks: facts.mocks ?? {} },
    preload: facts.preload ?? [],
    chosen: { env: true, preload: true },
  }) as unknown as LoopSettings;

const moduleController = (options: object): unknown => makeModuleController('/project/app.js', 'app', options);

export const OPTIONS: readonly Raised[] = [
  { when: 'a hostname is no string', names: ['hostname', '5', 'number'], raise: () => readSettings(5, undefined, {}) },
  { when: 'a port is no number', names: ['port', "'80a'", 'string', '65535'], raise: () => readSettings(undefined, '80a', {}) },
  { when: 'the environment is no object', names: ['env', "'PORT=80'", 'strings'], raise: () => settings({ env: 'PORT=80' }) },
  { when: 'a variable of the environment is no text', names: ['env', 'PORT: 80', 'strings'], raise: () => settings({ env: { PORT: 80 } }) },
  { when: 'path and port are given', names: ['path', 'port'], raise: () => readSettings(undefined, 80, { path: '/tmp/socket' }) },
  { when: 'a variable is no number', names: [READY_TIMEOUT_VARIABLE, "'abc'", 'milliseconds'], raise: () => withVariable('abc') },
  {
    when: 'data cannot cross',
    names: ['data', 'data.db.connect', 'a function', "in the controller's module", 'by a remote call'],
    raise: () => settings({ data: { db: { connect() {} } } }),
  },
  { when: 'data is to be moved', names: ['data', 'MessagePort', 'transfer()'], raise: () => settings({ data: withPort() }) },
  { when: 'a limit is a string', names: ['readyTimeout', "'5s'", 'string', 'milliseconds'], raise: () => settings({ readyTimeout: '5s' }) },
  { when: 'options are no object', names: ['options', '5', 'number'], raise: () => settings(5) },
  { when: 'an option is unknown', names: ['readyTimout', 'Did you mean `readyTimeout`?'], raise: () => settings({ readyTimout: 5 }) },
  { when: 'an export is no name', names: ['export', '7', 'number'], raise: () => moduleController({ export: 7 }) },
  {
    when: 'execArgv is a string',
    names: ['execArgv', "'--no-warnings'"],
    raise: () => new ProcessLoop({ execArgv: '--no-warnings' as never }),
  },
  { when: 'cwd is a number', names: ['cwd', '5'], raise: () => new ProcessLoop({ cwd: 5 as never }) },
  {
    when: 'resourceLimits are strings',
    names: ['resourceLimits', "'64'"],
    raise: () => new ThreadLoop({ resourceLimits: { maxOldGenerationSizeMb: '64' as never } }),
  },
  { when: 'a loop has another env', names: ['env', 'loop'], raise: () => refuseDifference(onLoop({}), onLoop({ env: { A: '1' } })) },
  {
    when: 'a loop has another preload',
    names: ['preload', 'sharp', 'loop'],
    raise: () => refuseDifference(onLoop({}), onLoop({ preload: ['sharp'] })),
  },
  {
    when: 'a loop has other mocks',
    names: ['mocks', '/project/mailer.js', 'loop'],
    raise: () => refuseDifference(onLoop({}), onLoop({ mocks: { '/project/mailer.js': '/project/fake.js' } })),
  },
  {
    when: 'an event is awaited by the method once',
    names: ['`listener`', 'undefined', 'node:events'],
    raise: () => new TypedEmitter().once('log', undefined as never),
  },
];
