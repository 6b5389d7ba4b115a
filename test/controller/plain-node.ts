/**
 * Plain Node programs in a folder of their own, where `jest-controller` is installed and nothing else.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { RUN_LIMIT } from '../limits';
import { temporaryFolder } from '../temporary';

const PACKAGE = path.join(__dirname, '..', '..');

export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Writes `files` and the modules of controllers: `echo.js`, `silent.js` (never listens), `early.js` (listens while it loads beside the server). */
export function programFolder(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, 'node_modules'));
  symlinkSync(PACKAGE, path.join(folder, 'node_modules', 'jest-controller'), 'junction');
  for (const [name, text] of Object.entries({ ...CONTROLLERS, ...files })) writeFileSync(path.join(folder, name), text);
  return folder;
}

const CONTROLLERS = {
  'echo.js': `
    const { createServer } = require('node:net');
    const { Controller } = require('jest-controller');
    exports.Echo = class Echo extends Controller {
      factory() { return createServer((socket) => { socket.on('error', () => {}); socket.pipe(socket); }); }
      crash() { setImmediate(() => { throw new RangeError('no kitchen'); }); }
      tick() { setInterval(() => this.emit('tick'), 5); }
      hang() { return new Promise(() => {}); }
      spin(ms) { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms); }
    };`,
  'silent.js': `
    const { createServer } = require('node:net');
    const { Controller } = require('jest-controller');
    exports.Silent = class Silent extends Controller {
      factory() { const server = createServer(); server.listen = () => server; return server; }
    };`,
  'early.js': `
    const { createServer } = require('node:http');
    const { Controller } = require('jest-controller');
    const app = (_request, response) => response.end('hello');
    if (process.env.BESIDE_SERVER === '1') createServer(app).listen(0, '127.0.0.1');
    exports.Early = class Early extends Controller {
      factory() { return app; }
    };`,
};

/** Runs a file of the folder to its end. */
export function runProgram(
  folder: string,
  file: string,
  { signalOnOutput, flags = [] }: { signalOnOutput?: NodeJS.Signals; flags?: readonly string[] } = {},
): Promise<ProgramEnd> {
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const name of Object.keys(env)) if (name.startsWith('JEST_') || name === 'NODE_OPTIONS') delete env[name];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [...flags, file], { cwd: folder, env, timeout: RUN_LIMIT }, (error, stdout, stderr) => {
      const { code, signal } = (error ?? { code: 0 }) as { code?: number; signal?: NodeJS.Signals };
      resolve({ code: code ?? null, signal: signal ?? null, stdout, stderr });
    });
    if (signalOnOutput !== undefined) child.stdout?.once('data', () => child.kill(signalOnOutput));
  });
}
