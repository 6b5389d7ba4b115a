import { expect, test } from '@jest/globals';
import { KeptFunctions } from '../../src/remote/kept-functions';

const act = (): void => undefined;

test('a function is kept until the server side holds it no more', () => {
  const kept = new KeptFunctions();
  const number = kept.keep(act);
  expect(kept.keep(act)).toBe(number);
  kept.dropped(number, 2);
  expect(kept.get(number)).toBeUndefined();
});

test('one that was on its way again when the server side dropped it is kept until that drops it once more', () => {
  const kept = new KeptFunctions();
  const number = kept.keep(act);
  kept.keep(act);
  kept.dropped(number, 1);
  expect(kept.get(number)).toBe(act);
  // It counts anew.
  kept.dropped(number, 1);
  expect(kept.get(number)).toBeUndefined();
});

test('one that was not sent after all is kept for those that were', () => {
  const kept = new KeptFunctions();
  const number = kept.keep(act);
  kept.keep(act);
  kept.takeBack(number);
  expect(kept.get(number)).toBe(act);
  kept.takeBack(number);
  expect(kept.get(number)).toBeUndefined();
});
