/**
 * Projects that are laid out, named and run in other ways than the usual one.
 */
import { afterEach, expect, test } from '@jest/globals';
import { mkdir, symlink } from 'node:fs/promises';
import { fitProject, type FitProject, type FitRun } from './fit-project';

const CONFIG = `module.exports = {
  preset: 'jest-controller',
  testEnvironmentOptions: { controllers: { configured: './src/echo.controller' } },
  moduleNameMapper: { '^@app/(.*)$': '<rootDir>/src/$1' },
  transform: { '\\\\.ts$': '@swc/jest' },
};`;
const ECHO = `
import { createServer } from 'node:http';
import { Controller } from 'jest-controller';
import { Answer } from '@app/answer';
export class EchoController extends Controller {
  factory() { return createServer((_request, response) => response.end(Answer.yes)); }
  answer(): string { return Answer.yes; }
}`;
const ECHO_TEST = `
import { expect, test } from '@jest/globals';
import { useController } from 'jest-controller';
import { EchoController } from './echo.controller';
const echo = useController(EchoController);
const other = useController(() => import('./echo.controller'), { export: 'EchoController' });
test('answers', async () => {
  expect(await echo.remote.answer()).toBe('yes');
  expect(await (await fetch(other.url)).text()).toBe('yes');
  expect((controllers as any).configured.port).not.toBe(echo.port);
});`;

let project: FitProject | undefined;

afterEach(async () => {
  await project?.remove();
  project = undefined;
});

/** The files of one package, two of them tests. */
function sources(folder = ''): Record<string, string> {
  return {
    [`${folder}src/answer.ts`]: `export enum Answer { yes = 'yes' }\nexport const unused = () => 1;`,
    [`${folder}src/echo.controller.ts`]: ECHO,
    [`${folder}src/a.test.ts`]: ECHO_TEST,
    [`${folder}src/b.test.ts`]: ECHO_TEST,
  };
}

async function made(files: Readonly<Record<string, string>>, options?: Parameters<typeof fitProject>[1]): Promise<FitProject> {
  project = await fitProject(files, options);
  return project;
}

function expectPassed({ code, output }: FitRun, count: number): void {
  if (code !== 0) throw new Error(output);
  expect(output).toContain(`${count.toString()} passed, ${count.toString()} total`);
  expect(output).not.toMatch(/did not exit|failed to exit|leak/i);
}

test.each([
  ['in worker threads, with coverage', ['-w', '2', '--workerThreads', '--coverage', '--coverageProvider=v8'], 2],
  ['without injected globals, with modules reset', ['-i', '--injectGlobals=false', '--resetModules'], 2],
  ['one shard of two', ['--shard=1/2'], 1],
] as const)('a folder with spaces and other letters runs %s', async (_name, args, count) => {
  const run = await made({ ...sources(), 'jest.config.js': CONFIG }, { name: 'fit späce 日本 #1 100% (x)-' });
  const outcome = await run.run(args);
  expectPassed(outcome, count);
  // The enum of a module that only the server loads.
  if (args.includes('--coverage' as never)) expect(outcome.output).toMatch(/answer\.ts +\| +100/);
});

test('leak detection finds nothing', async () => {
  // Node's fetch leaks by itself when a test calls it.
  const quiet = ECHO_TEST.replace(/^.*fetch.*$/m, '');
  const run = await made({ ...sources(), 'src/a.test.ts': quiet, 'src/b.test.ts': quiet, 'jest.config.js': CONFIG });
  expectPassed(await run.run(['-i', '--detectLeaks']), 2);
});

test('globalsCleanup leaves what the environment has put there', async () => {
  const run = await made({ ...sources(), 'jest.config.js': CONFIG.replace('{ controllers:', `{ globalsCleanup: 'on', controllers:`) });
  expectPassed(await run.run(['-i']), 2);
});

test('workspaces run as projects of one Jest, and use controllers of each other', async () => {
  const run = await made({
    ...sources('packages/one/'),
    ...sources('packages/two/'),
    'packages/one/package.json': '{ "name": "@mono/one", "main": "src/echo.controller.ts" }',
    'packages/two/package.json': '{ "name": "@mono/two" }',
    'packages/one/jest.config.js': CONFIG,
    'packages/two/jest.config.js': CONFIG,
    'packages/two/src/b.test.ts': ECHO_TEST.replaceAll('./echo.controller', '@mono/one'),
    'jest.config.js': `module.exports = { projects: ['<rootDir>/packages/*'] };`,
  });
  await mkdir(run.at('node_modules/@mono'));
  await symlink(run.at('packages/one'), run.at('node_modules/@mono/one'), 'junction');
  expectPassed(await run.run(['-w', '2', '--coverage']), 4);
  expectPassed(await run.run(['-i'], { cwd: 'packages/two' }), 2);
});

test('a rootDir beside the folder of the configuration, reached by a link', async () => {
  const run = await made({ ...sources('app/'), 'config/jest.config.js': CONFIG.replace('{', `{ rootDir: '../linked',`) });
  await symlink(run.at('app'), run.at('linked'), 'junction');
  expectPassed(await run.run(['-i'], { cwd: 'config' }), 2);
});
