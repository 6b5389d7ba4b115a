/**
 * What a host's thread can see of the thread that compiles for it, while it waits.
 */
import { afterEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Connection, type Answer } from '../../src/jest/loading/connection';
import { LOADER_COMPILING, LOADER_IDLE, LOADER_STATE, LOADER_WAITING } from '../../src/protocol/channels';

const open: (Connection | MessagePort)[] = [];
afterEach(() => {
  for (const end of open.splice(0)) end.close();
});

interface Connected {
  /** Has the question found by a look. */
  readonly ask: (blocked?: boolean) => void;
  /** Has it found by its event. */
  readonly send: () => void;
  readonly state: () => number;
  readonly replied: () => Promise<unknown>;
}

function connect(answer: Answer): Connected {
  const { port1, port2 } = new MessageChannel();
  const wake = new Int32Array(new SharedArrayBuffer(64));
  const connection = new Connection(port1, wake, { answer, canStandIn: true });
  open.push(connection, port2);
  const send = (): void => {
    port2.postMessage({ type: 'resolve', specifier: 'a', from: 'b', esm: false, request: 1 });
  };
  return {
    ask: (blocked) => {
      send();
      connection.pump(blocked);
    },
    send,
    replied: () => once(port2, 'message'),
    state: () => Atomics.load(wake, LOADER_STATE),
  };
}

test('is its own: the quick answer of another connection does not say that nothing is under way', async () => {
  let settle: (result: { file: string }) => void = () => undefined;
  const result = new Promise<{ file: string }>((resolve) => (settle = resolve));
  const slow = connect(() => result);
  const seen: number[] = [];
  const quick = connect(() => {
    seen.push(slow.state(), quick.state());
    return { file: 'a' };
  });
  slow.ask();
  expect(slow.state()).toBe(LOADER_WAITING);
  quick.ask();
  expect(seen).toStrictEqual([LOADER_COMPILING, LOADER_COMPILING]);
  expect([slow.state(), quick.state()]).toStrictEqual([LOADER_WAITING, LOADER_IDLE]);
  settle({ file: 'a' });
  await result;
  expect(slow.state()).toBe(LOADER_IDLE);
});

test('is that nobody need wait for one that is blocked and could answer later only: a stand-in is asked sooner', () => {
  const blocked = connect(() => new Promise(() => undefined));
  blocked.ask(true);
  expect(blocked.state()).toBe(LOADER_IDLE);
});

test('is work for all, as long as an answer that may come later is worked at without a pause', async () => {
  const seen: number[] = [];
  const other = connect(() => ({ file: 'a' }));
  const asked = connect(async () => {
    for (let step = 0; step < 20; step += 1) await Promise.resolve();
    seen.push(asked.state(), other.state());
    await setImmediate();
    seen.push(asked.state(), other.state());
    return { file: 'a' };
  });
  const replied = asked.replied();
  asked.send();
  await replied;
  expect(seen).toStrictEqual([LOADER_COMPILING, LOADER_COMPILING, LOADER_WAITING, LOADER_IDLE]);
  expect(asked.state()).toBe(LOADER_IDLE);
});

test.each([
  ['can be waited for', false],
  ['cannot be waited for, as the thread is blocked', true],
])('the answer is told whether it %s', (_which, blocked) => {
  const told: boolean[] = [];
  const connected = connect((_question, canWait) => {
    told.push(canWait);
    return { file: 'a' };
  });
  connected.ask(blocked);
  expect(told).toStrictEqual([!blocked]);
});
