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

test('a controller that another one makes in a field is refused, and does not take its identity', () => {
  const given = {
    listen: { hostname: '127.0.0.1', port: 0, path: undefined, given: { hostname: false, port: false } },
    ...{ data: undefined, readyTimeout: 1, loadTimeout: 1, stopTimeout: 1 },
    loop: { kind: 'thread', number: 1, running: true },
    signal: new AbortController().signal,
    emit: () => undefined,
    requestStop: () => Promise.resolve(),
  } as const;
  const error = thrown(() => construct(Outer, given));
  expect(error).toBeInstanceOf(UsageError);
  expect(error.message).toContain('Inner was constructed on the server side');
  expect(construct(Inner, given)).toMatchObject({ hostname: '127.0.0.1' });
});
