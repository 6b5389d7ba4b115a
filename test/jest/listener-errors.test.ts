/**
 * What a listener of the test's throws fails the test that runs then, whoever has started the controller.
 */
import { expect, test } from '@jest/globals';
import { ranBefore, withHead } from './run-jest';

const outcome = ranBefore(
  withHead({
    'listeners.test.js': `
      const echo = useController(Echo);
      const turn = () => new Promise(setImmediate);
      test('hears what it does not expect', async () => {
        echo.once('log', ({ text }) => expect(text).toBe('something else'));
        await echo.remote.say('a word');
        await echo.waitForLog('a word');
        await turn();
      });
      test('comes later', async () => {
        await echo.remote.say('another');
      });
      describe('a listener of all tests', () => {
        beforeAll(() => { echo.on('log', ({ text }) => { if (text === 'wrong') throw new RangeError('heard it'); }); });
        test('hears nothing wrong', async () => { await echo.remote.say('right'); await echo.waitForLog('right'); });
        test('hears it', async () => { await echo.remote.say('wrong'); await echo.waitForLog('wrong'); await turn(); });
      });`,
  }),
);

test('fails the test that runs, and neither another nor the file', () => {
  expect(outcome().statuses('listeners.test.js')).toEqual({
    'hears what it does not expect': 'failed',
    'comes later': 'passed',
    'a listener of all tests hears nothing wrong': 'passed',
    'a listener of all tests hears it': 'failed',
  });
  expect(outcome().fileFailure('listeners.test.js')).toBe('');
});

test('is shown with the line of the listener', () => {
  const [failure] = outcome().test('listeners.test.js', 'hears what it does not expect').failures;
  expect(failure).toMatch(/Expected: "something else"\n\s*Received: "a word"[^]*listeners\.test\.js:\d+:/);
});
