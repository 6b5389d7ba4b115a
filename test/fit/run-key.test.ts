/**
 * Which controllers of the scope `run` are one server.
 */
import { expect, test } from '@jest/globals';
import { SETTINGS, TARGET } from '../../src/controller/internals';
import type { Controller } from '../../src/controller/controller';
import { readSettings, type ControllerOptions } from '../../src/controller/options/options';
import { keyOf } from '../../src/jest/run-scope/run-loop';

const BOOT = { type: 'boot', env: {}, loader: { kind: 'node' }, mocks: {}, stackTraceLimit: 10 } as const;

function key(options: ControllerOptions): string {
  const target = { file: '/api.js', className: 'Api', form: 'esm' };
  const controller = { [SETTINGS]: readSettings(undefined, undefined, options), [TARGET]: () => target };
  return keyOf(controller as unknown as Controller<unknown>, BOOT);
}

test('the same options are', () => {
  expect(key({ onServerError: 'fail-test', preload: ['./hooks'] })).toBe(key({ onServerError: 'fail-test', preload: ['./hooks'] }));
});

test.each<ControllerOptions>([{ onServerError: 'fail-test' }, { preload: ['./hooks'] }, { stopTimeout: 20 }, { env: { A: '1' } }])(
  'others are not: %j',
  (options) => {
    expect(key(options)).not.toBe(key({}));
  },
);
