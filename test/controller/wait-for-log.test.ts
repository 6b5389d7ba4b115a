/**
 * What a wait for a line looks at, and what ends it.
 */
import { expect, test } from '@jest/globals';
import { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { Conversation } from '../../src/controller/conversation/conversation';
import { LogBook } from '../../src/controller/report/log-book';
import { readPattern } from '../../src/controller/options/wait-options';

const conversation = (logBook = new LogBook()): Conversation =>
  new Conversation(new EventEmitter(), { name: 'Api', logBook, live: false, syncTimeout: 20, stop: () => undefined });

const say = (talking: Conversation, text: string): void => {
  talking.receive({ type: 'logged', line: { stream: 'stdout', time: 0, text } });
};

test('each line is looked at once', async () => {
  let reads = 0;
  class CountingBook extends LogBook {
    override get lines(): LogBook['lines'] {
      reads += 1;
      return super.lines;
    }
  }
  const talking = conversation(new CountingBook());
  const line = talking.waits.untilLogged('line 50');
  for (let number = 0; number <= 50; number += 1) {
    say(talking, `line ${number.toString()}`);
    await setImmediate();
  }
  expect(await line).toMatchObject({ text: 'line 50' });
  expect(reads).toBeLessThanOrEqual(1);
});

test('the death of the server ends it, with that error', async () => {
  const dying = conversation();
  const line = dying.waits.untilLogged('ready');
  say(dying, 'not yet');
  dying.crashed(new RangeError('boom'));
  await expect(line).rejects.toMatchObject({ code: 'ERR_SERVER_CRASHED', cause: { message: 'boom' } });
  await expect(dying.waits.untilLogged('ready')).rejects.toMatchObject({ code: 'ERR_SERVER_CRASHED' });
  expect(await dying.waits.untilLogged('not yet')).toMatchObject({ text: 'not yet' });
});

test('its last words count', async () => {
  const dying = conversation();
  const line = dying.waits.untilLogged('bye');
  say(dying, 'bye');
  dying.crashed(new Error('boom'));
  expect(await line).toMatchObject({ text: 'bye' });
});

test.each([/b/g, /b/y, /^b/gm])('%s is tried on each line from its start, and the pattern itself stays as it is', (pattern) => {
  const { matches } = readPattern(pattern);
  expect(['bb', 'b', 'ab'].map((text) => matches(text))).toEqual([true, true, pattern.source === 'b' && pattern.global]);
  expect(pattern.lastIndex).toBe(0);
});
