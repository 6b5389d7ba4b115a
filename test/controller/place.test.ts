import { expect, test } from '@jest/globals';
import * as path from 'node:path';
import { withPlace } from '../../src/controller/source/place';

test('an error whose stack is empty, as those of ts-jest, keeps its message in what Jest shows', () => {
  const error = Object.assign(new TypeError('app.ts(3,1): no such type'), { stack: '' });
  withPlace(error, { stack: 'Error\n    at Object.<anonymous> (/project/app.test.ts:3:13)' });
  expect(error.stack).toMatch(/^TypeError: app\.ts\(3,1\): no such type\n +at /);
});

test('a stack that shows the file already stays as it is', () => {
  const stack = 'Error: too late\n    at poll (/package/poll.js:2:1)\n    at async Object.<anonymous> (/project/app.test.ts:3:3)';
  const error = Object.assign(new Error('too late'), { stack });
  withPlace(error, { stack: 'Error\n    at Object.<anonymous> (/project/app.test.ts:3:13)' });
  expect(error.stack).toBe(stack);
});

test('a stack that shows only a file of another folder, whose name ends alike, gets the line of the test', () => {
  const stack = 'Error: too late\n    at poll (/project/the app (server)/index.ts:2:1)';
  const error = Object.assign(new Error('too late'), { stack });
  const site = '    at Object.<anonymous> (/project/the app (test)/index.ts:3:13)';
  withPlace(error, { stack: `Error\n${site}` });
  expect(error.stack).toBe(`${stack}\n${site}`);
});

test('a stack that shows the file already is rid of frames of this package, as where a look of waitFor() throws', () => {
  const own = path.join(__dirname, '..', '..', 'src', 'remote', 'wait-for.ts');
  const [look, wait] = ['    at look (/project/app.test.ts:4:9)', '    at async Object.<anonymous> (/project/app.test.ts:3:3)'];
  const error = Object.assign(new Error('wrong'), { stack: ['Error: wrong', look, `    at pollUntil (${own}:2:1)`, wait].join('\n') });
  withPlace(error, { stack: 'Error\n    at Object.<anonymous> (/project/app.test.ts:3:13)' });
  expect(error.stack).toBe(['Error: wrong', look, wait].join('\n'));
});
