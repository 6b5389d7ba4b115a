import { expect, test } from '@jest/globals';
import { withPlace } from '../../src/controller/start-place';

test('an error whose stack is empty, as those of ts-jest, keeps its message in what Jest shows', () => {
  const error = Object.assign(new TypeError('app.ts(3,1): no such type'), { stack: '' });
  withPlace(error, { stack: 'Error\n    at Object.<anonymous> (/project/app.test.ts:3:13)' });
  expect(error.stack).toMatch(/^TypeError: app\.ts\(3,1\): no such type\n +at /);
});
