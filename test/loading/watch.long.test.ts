/**
 * Watch mode: editing a file that only the server imports runs the test again, against the new code.
 */
import { afterEach, expect, test } from '@jest/globals';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cleanEnvironment, fitProject, JEST, type FitProject } from '../fit/fit-project';

const ANSWER = `process.stderr.write('ANSWER ' + (await (await fetch(api.url)).text()) + ';');`;
const FILES = {
  '.gitignore': 'node_modules\n',
  // Jest tells when it is ready for the next change on a terminal only; a pipe is made to look like one.
  'terminal.js': `process.stdout.isTTY = true; process.stdin.setRawMode = () => process.stdin; delete process.env.CI;`,
  'word.js': `module.exports = 'one';`,
  'app.js': `const word = require('./word'); module.exports = (request, response) => response.end(word);`,
};
const THUNK = {
  'jest.config.js': `module.exports = { preset: 'jest-controller', transform: {} };`,
  'a.test.js': `const { useController } = require('jest-controller'); const api = useController(() => import('./app'));
    test('asks', async () => { ${ANSWER} });`,
};
const CONFIGURED = {
  'jest.config.js': `module.exports = { preset: 'jest-controller', transform: {}, testEnvironmentOptions: { controllers: { api: './app' } } };`,
  'a.test.js': `test('asks', async () => { const { api } = controllers; ${ANSWER} });`,
};

let project: FitProject | undefined;
let watching: ChildProcess | undefined;

afterEach(async () => {
  watching?.kill('SIGKILL');
  await project?.remove();
});

async function watched(files: Readonly<Record<string, string>>, flag: string): Promise<{ said(pattern: RegExp): Promise<string> }> {
  project = await fitProject({ ...FILES, ...files });
  const who = ['-c', 'user.name=nobody', '-c', 'user.email=nobody@example.test', '-c', 'commit.gpgsign=false'];
  for (const args of [['init'], ['add', '.'], [...who, 'commit', '-m', 'all']]) {
    execFileSync('git', args, { cwd: project.folder, env: cleanEnvironment(), stdio: 'ignore' });
  }
  watching = spawn(process.execPath, ['-r', project.at('terminal.js'), JEST, '-i', flag], {
    cwd: project.folder,
    env: { ...cleanEnvironment(), TERM: 'xterm' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  return transcript(watching);
}

/** What the child says, taken up to each match. */
function transcript(child: ChildProcess): { said(pattern: RegExp): Promise<string> } {
  let text = '';
  let look = (): void => undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (piece: Buffer) => {
      text += piece.toString();
      look();
    });
  }
  return {
    said: (pattern) =>
      new Promise((resolve, reject) => {
        look = () => {
          const match = pattern.exec(text);
          if (match === null) return;
          text = text.slice(match.index + match[0].length);
          resolve(match[0]);
        };
        child.once('exit', () => {
          reject(new Error(`It ended without ${String(pattern)}:\n${text}`));
        });
        look();
      }),
  };
}

const READY = /Watch Usage/;

test.each([
  ['a thunk', THUNK],
  ['the configuration', CONFIGURED],
])('--watchAll runs the test of a controller by %s against the new code', async (_form, files) => {
  const { said } = await watched(files, '--watchAll');
  expect(await said(/ANSWER \w+;/)).toBe('ANSWER one;');
  await said(READY);
  await project?.write({ 'word.js': `module.exports = 'two';` });
  expect(await said(/ANSWER \w+;/)).toBe('ANSWER two;');
});

test.each([
  ['a thunk', THUNK],
  ['the configuration', CONFIGURED],
])('--watch selects the test of a controller by %s', async (_form, files) => {
  const { said } = await watched(files, '--watch');
  await said(/No tests found related to files changed/);
  await said(READY);
  await project?.write({ 'word.js': `module.exports = 'two';` });
  expect(await said(/ANSWER \w+;/)).toBe('ANSWER two;');
  await said(READY);
  const end = watching === undefined ? undefined : once(watching, 'exit');
  watching?.stdin?.write('q');
  await end;
});
