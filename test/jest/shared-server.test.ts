/**
 * The one server of the run scope, as the process that holds it changes it for the next.
 */
import { afterEach, expect, jest, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Guest } from '../../src/jest/run-scope/guest';
import type { BootCommand, FromHost, StartCommand } from '../../src/protocol/messages';
import { temporaryFolder } from '../temporary';

// From where its threads find their host.
const { SharedServer } = jest.requireActual<typeof import('../../src/jest/run-scope/shared-server')>(
  '../../dist/jest/run-scope/shared-server',
);

const BOOT: BootCommand = { type: 'boot', env: {}, loader: { kind: 'node' }, mocks: {}, stackTraceLimit: 10 };
/** The first guest's first call has this number. */
const FIRST_CALL = 2 ** 32 + 1;

const MODULE = `
  exports.make = () => require('node:http').createServer();
  exports.dieWhenBusy = () => void setImmediate(() => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    throw new Error('of the old one');
  });`;

const shared = new SharedServer();

afterEach(async () => {
  await new Promise<void>((resolve) => {
    shared.stop(resolve);
  });
});

function startOf(file: string): StartCommand {
  return {
    type: 'start',
    id: 1,
    target: { file, form: 'module', export: 'make' },
    listen: { hostname: '127.0.0.1', port: 0, path: undefined, given: { hostname: false, port: false } },
    options: { readyTimeout: 20_000, loadTimeout: 20_000, stopTimeout: 1000 },
    data: { value: undefined },
    watchErrors: false,
  };
}

/** A test file that comes for the server, and the first message of one of the `types` that it hears. */
function comes(index: number): { readonly guest: Guest; hears(...types: FromHost['type'][]): Promise<FromHost['type']> } {
  const heard: FromHost['type'][] = [];
  let look = (): void => undefined;
  const guest = {
    index,
    spokeAt: index,
    greeting: { name: 'Api', testPath: `${index.toString()}.test.js`, preload: [] },
    hear({ type }: FromHost) {
      heard.push(type);
      look();
    },
  };
  return {
    guest: guest as unknown as Guest,
    hears: (...types) =>
      new Promise((resolve) => {
        look = () => {
          const found = heard.find((type) => types.includes(type));
          if (found !== undefined) resolve(found);
        };
        look();
      }),
  };
}

test('a server that dies while it makes way for the next one is no crash of that', async () => {
  const file = path.join(temporaryFolder(), 'app.js');
  writeFileSync(file, MODULE);
  const [first, second] = [comes(1), comes(2)];
  shared.join(first.guest, BOOT, startOf(file));
  expect(await first.hears('started', 'startFailed')).toBe('started');
  const asked = { type: 'call', id: 1, call: FIRST_CALL, subject: 'controller', verb: 'apply', args: { value: undefined } } as const;
  shared.post({ ...asked, member: 'dieWhenBusy' });
  await first.hears('returned', 'threw');
  shared.leave(first.guest);
  writeFileSync(file, `${MODULE}\n// Changed.`);
  shared.join(second.guest, BOOT, startOf(file));
  expect(await second.hears('started', 'startFailed', 'crashed')).toBe('started');
});
