/**
 * @jest-environment jest-controller/environment
 */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ThreadLoop } from 'jest-controller';
import { inForm } from '../form';
import { maker } from '../controller/made';
import { HostileController } from '../fixtures/reliability/hostile';

const make = maker(() => new ThreadLoop());

/** All that a host says, and some that none does; those that end a server or fail its test are left out. */
const TYPES = [
  'phase',
  'cut',
  'returned',
  'threw',
  'callback',
  'callbackDropped',
  'emitted',
  'logged',
  'flushed',
  'loaded',
  'idled',
  'reviewed',
  'fared',
  'nonsense',
  '__proto__',
];
const junk = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, true, 0, -1, 1.5, Number.NaN, '', 'text', [], {}, [null], { value: null }),
  fc.record({ value: fc.jsonValue(), nodes: fc.array(fc.array(fc.jsonValue())) }),
  fc.record({ thrown: fc.record({ value: fc.jsonValue(), nodes: fc.jsonValue() }), shown: fc.jsonValue() }),
  fc.jsonValue(),
);
const message = fc.oneof(
  junk,
  fc.record(
    {
      type: fc.constantFrom(...TYPES),
      id: fc.oneof(fc.integer({ min: -1, max: 20 }), junk),
      call: fc.oneof(fc.integer({ min: 1, max: 50 }), junk),
      token: junk,
      callback: fc.oneof(fc.nat(), junk),
      function: fc.oneof(fc.nat(), junk),
      received: junk,
      event: fc.oneof(fc.constantFrom('message', 'error', 'newListener', '__proto__'), junk),
      args: junk,
      value: junk,
      error: junk,
      line: fc.oneof(fc.record({ stream: fc.constantFrom('stdout', 'other'), time: junk, text: junk }), junk),
      inFlight: junk,
      connections: junk,
      files: junk,
      closed: junk,
      failed: junk,
      handled: junk,
      sent: fc.oneof(fc.array(fc.record({ line: junk, time: junk })), junk),
      phase: junk,
    },
    { requiredKeys: ['type'] },
  ),
);

test('nothing that a server says on the channel breaks the test side', async () => {
  const hostile = await make(HostileController, { logs: 'silent' }).start();
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 20, maxLength: 60 }), async (messages) => {
      // Its own calls may be answered by the junk; what counts is that the next honest one is answered too.
      await hostile.remote.say(messages).catch(() => undefined);
      expect(hostile.state).toBe('running');
    }),
    { numRuns: inForm(60, 15) },
  );
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(await hostile.stop()).toMatchObject({ forced: false });
});

test.each([
  ['a start that nobody asked for', { type: 'started', id: 1, ready: { address: null, url: null } }],
  ['a failure of somebody else', { type: 'startFailed', id: 9999, error: { thrown: { value: 'x' } } }],
  ['a stop of somebody else', { type: 'stopped', id: 9999, report: { forced: false, ms: 0, cut: [], timers: [], handles: [] } }],
  ['an end without a code', { type: 'ended' }],
  ['a crash without an error', { type: 'crashed' }],
  ['an end for an error that is none', { type: 'ended', code: 1, handled: 5 }],
  ['a report that is none', { type: 'stopped', report: null }],
  ['an event without a list of arguments', { type: 'emitted', event: 'x', args: { value: null } }],
  ['an event whose arguments cannot be read', { type: 'emitted', event: 'x', args: { value: [7], nodes: [[99]], next: [] } }],
  ['an answer that cannot be read', { type: 'returned', call: 999, value: { value: [7], nodes: 'x' } }],
  ['an error of a call that cannot be read', { type: 'threw', call: 1, error: { thrown: { value: [0], nodes: [[99, 1]] } } }],
  ['a call back of nothing', { type: 'callback', callback: 1, function: 77, args: { value: 1 } }],
])('%s is dropped', async (_what, said) => {
  const hostile = await make(HostileController).start();
  // One of these is its own.
  const ids = 'id' in said ? [said.id] : Array.from({ length: 100 }, (_none, id) => id);
  await hostile.remote.say(ids.map((id) => ({ ...said, id }))).catch(() => undefined);
  expect(await hostile.remote.add(1, 2)).toBe(3);
  expect(hostile.state).toBe('running');
  expect(await hostile.stop()).toMatchObject({ forced: false });
});
