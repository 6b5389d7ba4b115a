/**
 * A debugger stops at a `debugger` statement in server code, and no limit fires meanwhile: what docs/debugging.md says.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import * as path from 'node:path';
import { WebSocket } from 'ws';
import { jestProject, type JestProject } from './jest-project';

const FILES = {
  'jest.config.js': `module.exports = { preset: 'jest-controller', testTimeout: 20000, transform: { '^.+\\\\.[jt]s$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } }] } };`,
  'server.ts': `import { createServer } from 'node:http';

interface Nothing { readonly in: 'JavaScript' }

debugger;
export default createServer((request, response) => {
  response.end('served');
});`,
  'debug.test.js': `
    const { useController } = require('jest-controller');
    const api = useController(() => import('./server'), { loadTimeout: 400, readyTimeout: 400 });
    test('is served', async () => expect(await (await fetch(api.url)).text()).toBe('served'));`,
} as const;

let project: JestProject;

beforeAll(async () => {
  project = await jestProject(FILES);
});

let running: ChildProcess | undefined;

afterAll(async () => {
  running?.kill('SIGKILL');
  await project.remove();
});

interface Message {
  readonly method?: string;
  readonly params?: Record<string, unknown>;
}

/** The little of a debugger that it takes: attaches to the process and its threads, lets everything run, and tells of each stop. */
function debug(url: string, stopped: (file: string, resume: () => void) => void): WebSocket {
  const socket = new WebSocket(url);
  const files = new Map<string, string>();
  let sent = 0;
  const command = (method: string, params: object = {}): string => JSON.stringify({ id: (sent += 1), method, params });
  const toWorker = (sessionId: unknown, method: string): void => {
    socket.send(command('NodeWorker.sendMessageToWorker', { sessionId, message: command(method) }));
  };
  socket.on('open', () => {
    for (const method of ['Debugger.enable', 'Runtime.runIfWaitingForDebugger']) socket.send(command(method));
    socket.send(command('NodeWorker.enable', { waitForDebuggerOnStart: true }));
  });
  socket.on('message', (data: Buffer) => {
    const { method, params = {} } = JSON.parse(data.toString()) as Message;
    // The stop of --inspect-brk at the first line.
    if (method === 'Debugger.paused') socket.send(command('Debugger.resume'));
    const { sessionId } = params;
    if (method === 'NodeWorker.attachedToWorker') {
      toWorker(sessionId, 'Debugger.enable');
      toWorker(sessionId, 'Runtime.runIfWaitingForDebugger');
    }
    if (method !== 'NodeWorker.receivedMessageFromWorker') return;
    const inner = JSON.parse(String(params['message'])) as Message;
    const script = (id: unknown): string => `${String(sessionId)}:${String(id)}`;
    if (inner.method === 'Debugger.scriptParsed') files.set(script(inner.params?.['scriptId']), String(inner.params?.['url']));
    if (inner.method !== 'Debugger.paused') return;
    const frames = inner.params?.['callFrames'] as { location: { scriptId: string } }[];
    const resume = (): void => {
      toWorker(sessionId, 'Debugger.resume');
    };
    const file = files.get(script(frames[0]?.location.scriptId)) ?? '';
    // The stop at the first line of each thread.
    if (file.endsWith('thread-entry.cjs')) resume();
    else stopped(file, resume);
  });
  return socket;
}

function inspectorUrl(jest: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    jest.stderr?.on('data', (data: Buffer) => {
      const url = /ws:\/\/\S+/.exec(data.toString())?.[0];
      if (url !== undefined) resolve(url);
    });
  });
}

test('a debugger stops in the server, and its limits wait', async () => {
  const bin = path.join(project.folder, 'node_modules', 'jest', 'bin', 'jest.js');
  const jest = spawn(process.execPath, ['--inspect-brk=0', bin, '--runInBand'], {
    cwd: project.folder,
    env: { ...process.env, CI: 'true' },
  });
  running = jest;
  let output = '';
  jest.stderr.on('data', (data: Buffer) => (output += data.toString()));
  const ended = new Promise<number | null>((resolve) => jest.on('exit', resolve));
  const stops: string[] = [];
  const socket = debug(await inspectorUrl(jest), (file, resume) => {
    stops.push(file);
    // Longer than all limits together.
    setTimeout(resume, 1500);
  });
  // Node waits at its end for the debugger to go.
  jest.stderr.on('data', () => {
    if (output.includes('Waiting for the debugger to disconnect')) socket.close();
  });
  expect({ code: await ended, output }).toMatchObject({ code: 0 });
  expect(stops.map((file) => path.basename(file))).toEqual(['server.ts']);
});
