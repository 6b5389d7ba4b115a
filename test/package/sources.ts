/**
 * The texts of small projects that use the package, in the ways that projects are set up.
 */

export const TSCONFIG = JSON.stringify({
  compilerOptions: {
    target: 'es2022',
    module: 'commonjs',
    strict: true,
    esModuleInterop: true,
    types: ['node'],
    noEmit: true,
  },
});

const SEND_LINE = `
async function sendLine(port, line) {
  const socket = connect(port, '127.0.0.1');
  socket.write(line);
  const [answer] = await once(socket, 'data');
  socket.destroy();
  return String(answer);
}`;

const TYPED_SEND_LINE = SEND_LINE.replace('(port, line)', '(port: number, line: string): Promise<string>');

const TESTS = `
test('echoes a line', async () => {
  expect(await sendLine(echo.port, 'hello')).toBe('hello');
});
test('is called across', async () => {
  expect(await echo.remote.add(1, 2)).toBe(3);
});
test('fails with its own error, which is native here', async () => {
  await expect(echo.remote.fail()).rejects.toThrow(RangeError);
});`;

const CLASS_BODY = `
  factory() {
    return createServer((socket) => socket.pipe(socket));
  }
  add(a, b) {
    return a + b;
  }
  fail() {
    throw new RangeError('too far');
  }
}
`;

export const ESM_CONTROLLER = `import { createServer } from 'node:net';
import { Controller } from 'jest-controller';
export class EchoController extends Controller {${CLASS_BODY}`;

export const TS_CONTROLLER = ESM_CONTROLLER.replace('(a, b)', '(a: number, b: number)').replace('fail()', 'fail(): void');

export const CJS_CONTROLLER = `const { createServer } = require('node:net');
const { Controller } = require('jest-controller');
class EchoController extends Controller {${CLASS_BODY}
exports.EchoController = EchoController;`;

const ESM_IMPORTS = (extension: string): string => `import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { useController } from 'jest-controller';
import { EchoController } from './echo.controller${extension}';
const echo = useController(EchoController);
`;

export const TS_TEST = ESM_IMPORTS('') + TYPED_SEND_LINE + TESTS;
export const BABEL_TEST = ESM_IMPORTS('') + SEND_LINE + TESTS;
export const ESM_TEST = ESM_IMPORTS('.js') + SEND_LINE + TESTS;

export const CJS_TEST = `const { once } = require('node:events');
const { connect } = require('node:net');
const { useController } = require('jest-controller');
const { EchoController } = require('./echo.controller');
const echo = useController(EchoController);
${SEND_LINE}${TESTS}`;

export const ESM_MAIN = `import * as controllers from 'jest-controller';
import { createRequire } from 'node:module';
import { EchoController } from './echo.controller.js';
const required = createRequire(import.meta.url)('jest-controller');
for (const [name, value] of Object.entries(required)) if (controllers[name] !== value) throw new Error(name + ' is doubled');
const echo = await new EchoController().start();
console.log(echo.state, new URL(echo.url).protocol, await echo.remote.add(1, 2));
await echo.stop();
`;

export const CJS_MAIN = `const { EchoController } = require('./echo.controller');
(async () => {
  const echo = await new EchoController().start();
  console.log(echo.state, new URL(echo.url).protocol, await echo.remote.add(1, 2));
  await echo.stop();
  console.log(new EchoController().startSync().state);
})();
`;
