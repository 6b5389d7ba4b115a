/**
 * What `jest-controller` is to modules that load beside the server: the server's half of `Controller`, and the rest on demand. Server side.
 */
import type * as errors from '../errors/errors';
import { Controller } from './controller';

const exported: Record<string, unknown> = { __esModule: true, Controller };

/** The errors load when the first of them is read, which a server that is well never does. */
const ERRORS = Object.keys({
  ControllerError: true,
  ReadyTimeoutError: true,
  FactoryError: true,
  ModuleLoadError: true,
  ServerCrashedError: true,
  StoppedError: true,
  UsageError: true,
  RemoteError: true,
  LeakError: true,
  InvalidOptionError: true,
} satisfies Record<keyof typeof errors, true>) as (keyof typeof errors)[];

/** Names of the test side's doorway that a module may mention without using: they load when they are read. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  ThreadLoop: '../loop/thread-loop',
  ProcessLoop: '../loop/process-loop',
  Loop: '../loop/loop',
  useController: '../jest/test-side/use-controller',
  useControllers: '../jest/test-side/use-controllers',
  useLoop: '../jest/test-side/use-loop',
  transfer: '../remote/transfer',
  withSignal: '../remote/proxy',
  UnclonableError: '../protocol/unclonable-error',
};

for (const name of ERRORS) {
  Object.defineProperty(exported, name, { enumerable: true, get: () => (require('../errors/errors') as typeof errors)[name] });
}

for (const [name, file] of Object.entries(ELSEWHERE)) {
  Object.defineProperty(exported, name, {
    enumerable: true,
    // Loading them at every start would cost each server milliseconds.
    get: () => (require(file) as Record<string, unknown>)[name],
  });
}

module.exports = exported;
