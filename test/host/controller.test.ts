/**
 * `Controller` as the user's class finds it beside the server.
 */
import { expect, test } from '@jest/globals';
import { UsageError } from '../../src/errors/errors';
import { construct, Controller } from '../../src/host/controller';
import { thrown } from '../controller/made';

class Inner extends Controller {
  factory() {
    return {};
  }
}

class Outer extends Inner {
  readonly inner = new Inner();
}

const given = {
  listen: { hostname: '127.0.0.1', port: 0, path: undefined, given: { hostname: false, port: false } },
  ...{ data: undefined, readyTimeout: 1, loadTimeout: 1, stopTimeout: 1 },
  loop: { kind: 'thread', number: 1, running: true },
  signal: new AbortController().signal,
  emit: (): void => undefined,
  requestStop: () => Promise.resolve(),
} as const;

test('a controller that another one makes in a field is refused, and does not take its identity', () => {
  const error = thrown(() => construct(Outer, given));
  expect(error).toBeInstanceOf(UsageError);
  expect(error.message).toContain('Inner was constructed on the server side');
  expect(construct(Inner, given)).toMatchObject({ hostname: '127.0.0.1' });
});

test('what Node tells of the listeners of a controller, functions of this side, does not leave it', () => {
  const sent: string[] = [];
  const inner = construct(Inner, { ...given, emit: (event) => void sent.push(event) });
  const told: unknown[] = [];
  for (const event of ['newListener', 'removeListener']) inner.on(event, (name) => told.push(`${event}: ${String(name)}`));
  const listener = (): undefined => undefined;
  inner.on('mail', listener).off('mail', listener);
  inner.emit('mail');
  expect(told).toStrictEqual(['newListener: removeListener', 'newListener: mail', 'removeListener: mail']);
  expect(sent).toStrictEqual(['mail']);
});
