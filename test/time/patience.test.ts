/**
 * Who waits for something that is about to come looks for it before they sleep, and not for long.
 */
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { createHook } from 'node:async_hooks';
import { availableParallelism } from 'node:os';
import { now } from '../../src/time/clock';
import { BurstPatience, watchAwhile } from '../../src/time/patience';

test('sees what comes while it looks', () => {
  // With one core it looks once, and leaves that to the other side.
  const enough = availableParallelism() > 1 ? 3 : 1;
  let looks = 0;
  const arrived = (): boolean => ++looks === enough;
  // A machine may take the core away at any moment, so one look may be all that there is.
  let seen = false;
  for (let round = 0; round < 1000 && !seen; round += 1) {
    looks = 0;
    seen = watchAwhile(arrived);
  }
  expect(seen).toBe(true);
  expect(looks).toBe(enough);
});

test('gives up what does not come', () => {
  const since = now();
  expect(watchAwhile(() => false)).toBe(false);
  expect(now()).toBeGreaterThan(since);
});

test('gives up under fake timers, too', () => {
  jest.useFakeTimers();
  try {
    expect(watchAwhile(() => false)).toBe(false);
  } finally {
    jest.useRealTimers();
  }
});

describe('an event loop', () => {
  let turns = 0;
  const hook = createHook({
    init: (_id, type) => {
      if (type === 'Immediate') turns += 1;
    },
  });
  afterEach(() => {
    hook.disable();
  });

  /** How many turns the loop was asked for until it slept behind so many calls. */
  async function turnsBehind(calls: number): Promise<number> {
    hook.enable();
    turns = 0;
    const patience = new BurstPatience();
    for (let call = 0; call < calls; call += 1) patience.called();
    await new Promise((resolve) => setTimeout(resolve, 10));
    return turns;
  }

  test('turns for a moment behind calls that follow each other closely, where there is more than one core', async () => {
    if (availableParallelism() === 1) expect(await turnsBehind(2)).toBe(0);
    // A machine may take the core away just then.
    else for (let most = 0; most < 3; most = Math.max(most, await turnsBehind(2)));
  });

  test('sleeps again when no other follows', async () => {
    await turnsBehind(20);
    turns = 0;
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(turns).toBe(0);
  });

  test('sleeps behind a single call', async () => {
    expect(await turnsBehind(1)).toBe(0);
  });
});
