/**
 * A test that does not run is told of no crash: the next one that does is, or the file.
 */
import { expect, test } from '@jest/globals';
import { ranBefore } from './run-jest';

/** The server dies when a block is over, after its last test. */
const DIES_BETWEEN = `
  const { useController } = require('jest-controller');
  const { Echo } = require('./echo.js');
  const echo = useController(Echo);
  describe('a block', () => {
    afterAll(async () => { await echo.remote.throwSoon(); while (echo.state !== 'crashed') await new Promise(setImmediate); });
    test('lives', () => undefined);
  });
  test.skip('is skipped', () => undefined);
  test.todo('is to be written');`;

const outcome = ranBefore({
  'last.test.js': DIES_BETWEEN,
  'next.test.js': `${DIES_BETWEEN}
    test('runs', () => undefined);`,
});

test('a crash behind which tests are skipped only fails the file', () => {
  expect(outcome().fileFailure('last.test.js')).toMatch(/Test suite failed to run[^]*bang[^]*echo\.js:6/);
});

test('a crash before a skipped test is told the next one that runs', () => {
  const { failures } = outcome().test('next.test.js', 'runs');
  expect(failures).toStrictEqual([expect.stringMatching(/^RangeError: bang\n[^]*Echo was down before this test began\./)]);
});
