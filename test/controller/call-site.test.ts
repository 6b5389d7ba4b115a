/**
 * @jest-environment jest-controller/environment
 */
import { runInThisContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { EchoController } from '../fixtures/controllers/echo';
import { makeHere } from '../fixtures/controllers/(routes) of the app/made-here';
import { thrown } from './made';
import { TRACKED } from '../../src/controller/internals';
import type { TrackedController } from '../../src/controller/surroundings';

function madeAt(controller: EchoController): string | null {
  return (controller as unknown as { readonly [TRACKED]: TrackedController })[TRACKED].madeAt;
}

/** `file:line` of the caller, as this test's own stack has it. */
function here(): string | undefined {
  return /\(?([^\s()]+:\d+):\d+\)?$/m.exec((new Error().stack ?? '').split('\n').slice(2).join('\n'))?.[1];
}

class Louder extends EchoController {
  constructor() {
    super('127.0.0.1');
  }
}

test('a controller knows the line in the source that made it', () => {
  const [controller, line] = [new EchoController(), here()];
  expect(line).toContain('call-site.test.ts');
  expect(madeAt(controller)?.replace(/:\d+$/, '')).toBe(line);
});

test('a controller of a class of a class knows it too', () => {
  const [controller, line] = [new Louder(), here()];
  expect(madeAt(controller)?.replace(/:\d+$/, '')).toBe(line);
});

test('a controller knows it in a folder whose name has brackets and spaces, too', () => {
  const { controller, stack } = makeHere();
  const [, here] = /^ +at makeHere \((.+:\d+):\d+\)$/m.exec(stack ?? '') ?? [];
  expect(here).toContain('(routes) of the app');
  expect(madeAt(controller)?.replace(/:\d+$/, '')).toBe(here);
});

test('a controller is made all the same where Error is frozen, only that nobody knows where', () => {
  const before = Object.getOwnPropertyDescriptors(Error);
  const names = ['stackTraceLimit', 'prepareStackTrace'] as const;
  for (const name of names) Object.defineProperty(Error, name, { value: Error[name], writable: false, configurable: true });
  try {
    expect(madeAt(new EchoController())).toBeNull();
  } finally {
    for (const name of names) {
      if (before[name] === undefined) Reflect.deleteProperty(Error, name);
      else Object.defineProperty(Error, name, before[name]);
    }
  }
});

test('a setter that somebody has put in the place of Error.prepareStackTrace keeps what it was given', () => {
  const before = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  const given: unknown[] = [];
  Object.defineProperty(Error, 'prepareStackTrace', {
    configurable: true,
    get: () => given.at(-1),
    set: (formatter: unknown) => given.push(formatter),
  });
  try {
    expect(madeAt(new EchoController())).toContain('call-site.test.ts');
    expect(given).toStrictEqual([]);
  } finally {
    if (before === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
    else Object.defineProperty(Error, 'prepareStackTrace', before);
  }
});

test('a controller of a class without a name is called one', () => {
  const [Nameless] = [class extends EchoController {}];
  const controller = new Nameless();
  expect(Nameless.name).toBe('');
  expect((controller as unknown as { readonly [TRACKED]: TrackedController })[TRACKED].name).toBe('Controller');
});

test.each([
  ['TypeScript', 'constructor() { super(...arguments); this.rows = []; }'],
  ['Babel', 'constructor(...args) { super(...args); this.rows = []; }'],
  [
    'Istanbul of either',
    'constructor() { /* istanbul ignore next */ cov_1().f[0]++; cov_1().s[0]++; super(...arguments); this.rows = []; }',
  ],
])('a wrong option is told with the line that gave it, where the constructor was written by %s', (_compiler, written) => {
  const made = runInThisContext(`(Base, cov_1) => class Compiled extends Base { ${written} }`) as (
    ...given: unknown[]
  ) => typeof EchoController;
  const Compiled = made(EchoController, () => ({ f: [0], s: [0] }));
  const error = thrown(() => new Compiled('127.0.0.1', 0, { data: (() => undefined) as never }));
  for (const told of [error, error.cause as Error]) expect(firstPlace(told)).toMatch(/call-site\.test\.ts:\d+$/);
});

test('a constructor that somebody has written is shown with the wrong option', () => {
  class Own extends EchoController {
    constructor() {
      super('127.0.0.1', 0, { stopTimeout: -1 });
    }
  }
  expect(thrown(() => new Own()).stack).toContain('at new Own ');
});

/** The file and line of the first frame that is not the package's. */
function firstPlace({ stack = '' }: Error): string | undefined {
  const frame = stack.split('\n').find((line) => /^\s+at /.test(line) && !/[\\/](?:src|dist)[\\/]/.test(line));
  return /\(?([^\s()]+:\d+):\d+\)?$/.exec(frame ?? '')?.[1];
}
