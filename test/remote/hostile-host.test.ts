import { expect, jest, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { FromHost, ToHost } from '../../src/protocol/messages';
import type { MemberCall } from '../../src/remote/call-channel';
import { RemoteCalls } from '../../src/remote/calls';
import { inForm } from '../form';

/** A call of a method of the controller's. */
const asking = (member: string, args: readonly unknown[] = []): MemberCall => ({ subject: 'controller', member, verb: 'apply', args });

const anything = fc.anything();
const message = fc.record({
  type: fc.constantFrom('returned', 'threw', 'callback', 'callbackDropped', 'emitted', 'constructor'),
  id: anything,
  call: fc.oneof(fc.constantFrom(1, 2, 3), anything),
  callback: anything,
  function: fc.oneof(fc.constantFrom(1, 2), anything),
  received: anything,
  value: anything,
  args: anything,
  error: anything,
}) as unknown as fc.Arbitrary<FromHost>;

/** It has thrown once: what is no number need not be comparable with one. */
const NO_NUMBER = { type: 'callbackDropped', id: 1, function: 1, received: { toString: '' } } as unknown as FromHost;

test('whatever a host says, the test side neither throws nor loses a call', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(message, { maxLength: 10 }), async (messages) => {
      const posted: ToHost[] = [];
      const calls = new RemoteCalls({ id: 1, name: 'Hostile', post: (sent) => posted.push(sent), wait: () => false, syncTimeout: 5 });
      const inFlight = [
        calls.call(asking('a', [jest.fn()])),
        calls.call({ subject: 'controller', member: 'b', verb: 'get', args: [] }),
        calls.call({ subject: 'server', member: 'c', verb: 'set', args: [{}] }),
      ].map((call) => call.catch(() => 'rejected'));
      for (const one of messages) calls.receive(one);
      calls.rejectAll(() => new Error('over'));
      const settled = await Promise.all(inFlight);
      return settled.length === 3 && posted.length >= 3;
    }),
    { numRuns: inForm(2000, 500), examples: [[[NO_NUMBER]]] },
  );
});

test('a blocking call whose host is silent ends with an error that names the member', () => {
  const calls = new RemoteCalls({ id: 1, name: 'Silent', post: jest.fn(), wait: () => false, syncTimeout: 5 });
  expect(() => calls.callSync(asking('ask'))).toThrow("Silent's ask did not answer the blocking call within 5 ms");
});

test('a process is kept alive exactly as long as calls are in flight', async () => {
  let holds = 0;
  const calls = new RemoteCalls({
    id: 1,
    name: 'Held',
    post: jest.fn(),
    wait: () => false,
    syncTimeout: 5,
    hold: () => {
      holds++;
    },
    release: () => {
      holds--;
    },
  });
  const [first, second] = [calls.call(asking('a')), calls.call(asking('b'))];
  expect(holds).toBe(2);
  calls.receive({ type: 'returned', id: 1, call: 1, value: { value: 'x' } });
  expect(holds).toBe(1);
  calls.rejectAll(() => new Error('over'));
  expect(holds).toBe(0);
  await expect(first).resolves.toBe('x');
  await expect(second).rejects.toThrow('over');
  await expect(calls.call(asking('c'))).rejects.toThrow('over');
  expect(holds).toBe(0);
});

test('a call that cannot be sent leaves nothing kept of its functions', async () => {
  const posted: ToHost[] = [];
  const calls = new RemoteCalls({ id: 1, name: 'Kept', post: (sent) => posted.push(sent), wait: () => false, syncTimeout: 5 });
  const [refused, sent] = [jest.fn(), jest.fn()];
  await expect(calls.call(asking('on', [refused, sent, { none: Symbol('none') }]))).rejects.toThrow('cannot cross');
  const call = calls.call(asking('on', [sent])).catch(() => undefined);
  calls.receive({ type: 'callbackDropped', id: 1, function: 3, received: 1 });
  // Each number that a function has or had.
  for (const number of [1, 2, 3]) calls.receive({ type: 'callback', id: 1, callback: number, function: number, args: { value: [] } });
  expect([refused, sent].map(({ mock }) => mock.calls)).toEqual([[], []]);
  expect(posted.slice(1)).toMatchObject([1, 2, 3].map((callback) => ({ type: 'callbackAnswer', callback, outcome: { ok: false } })));
  calls.rejectAll(() => new Error('over'));
  await call;
});

test('a function that was sent before stays, when a later call with it cannot be sent', async () => {
  const calls = new RemoteCalls({ id: 1, name: 'Kept', post: jest.fn(), wait: () => false, syncTimeout: 5 });
  const listener = jest.fn();
  const call = calls.call(asking('on', [listener])).catch(() => undefined);
  await expect(calls.call(asking('off', [listener, { none: Symbol('none') }]))).rejects.toThrow('cannot cross');
  calls.receive({ type: 'callback', id: 1, callback: 1, function: 1, args: { value: [] } });
  expect(listener).toHaveBeenCalledTimes(1);
  calls.receive({ type: 'callbackDropped', id: 1, function: 1, received: 1 });
  calls.receive({ type: 'callback', id: 1, callback: 2, function: 1, args: { value: [] } });
  expect(listener).toHaveBeenCalledTimes(1);
  calls.rejectAll(() => new Error('over'));
  await call;
});
