/**
 * Scope `run`: one server for all test files of a Jest run, in all its workers.
 */
import { afterEach, describe, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { inForm, longTest } from '../form';
import { cleanEnvironment, fitProject, JEST, type FitProject } from './fit-project';
import { BY_NAME, COMES_SECOND, CRASHING_TEST, WAITING_TEST, LATER_TEST, RESTARTING_TEST, RUN_CONTROLLER, RUN_TEST } from './run-sources';

const CONFIG = `module.exports = {
  preset: 'jest-controller',
  testSequencer: './by-name.js',
  testEnvironmentOptions: { controllers: { configured: { module: './tally.controller', scope: 'run' } } },
  transform: {},
};`;
const PLAIN_CONFIG = CONFIG.replace(/ {2}testEnvironmentOptions.*\n/, '');

type CoverageReport = Record<string, { fnMap: Record<string, { name: string }>; f: Record<string, number> }>;

let project: FitProject | undefined;
let child: ChildProcess | undefined;

afterEach(async () => {
  child?.kill('SIGKILL');
  child = undefined;
  await project?.remove();
  project = undefined;
});

async function made(files: Readonly<Record<string, string>>): Promise<FitProject> {
  const shared = { 'jest.config.js': PLAIN_CONFIG, 'by-name.js': BY_NAME, 'tally.controller.js': RUN_CONTROLLER, 'tmp/.keep': '' };
  project = await fitProject({ ...shared, ...files });
  return project;
}

function notes({ folder }: FitProject): string[] {
  return readFileSync(`${folder}/notes.txt`, 'utf8').trim().split('\n');
}

function kinds(run: FitProject): string[] {
  return notes(run).map((line) => line.replace(/ .*/, ''));
}

/** The run's folders for sockets, in a temporary folder of the test's own. */
function meetingPlaces({ folder }: FitProject): string[] {
  return readdirSync(`${folder}/tmp`).filter((name) => name.startsWith('jest-controller-run-'));
}

function start({ folder }: FitProject, args: readonly string[], node: readonly string[] = []): ChildProcess {
  child = spawn(process.execPath, [...node, JEST, ...args], {
    cwd: folder,
    env: { ...cleanEnvironment(), TMPDIR: `${folder}/tmp` },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  return child;
}

/** Resolves with the match once the child's output has it. */
function said({ stdout, stderr }: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let text = '';
    const hear = (piece: Buffer): void => {
      text += piece.toString();
      const match = pattern.exec(text);
      if (match !== null) resolve(match);
    };
    stdout?.on('data', hear);
    stderr?.on('data', hear);
    stdout?.once('end', () => {
      reject(new Error(`It ended without ${String(pattern)}:\n${text}`));
    });
  });
}

/** Resolves when nobody listens on the port any more; a connection that is held tells. */
async function closedPort(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  // Not by `once`, which rejects with that error: the server may have gone before the connection came about.
  await new Promise((resolve) => socket.on('close', resolve));
}

/** What other processes do in files has no event here. */
async function eventually(check: () => boolean): Promise<void> {
  while (!check()) await setTimeout(20);
}

/** Resolves when the process that held the server has ended: it removes its folder last. */
function gone(run: FitProject): Promise<void> {
  return eventually(() => meetingPlaces(run).length === 0);
}

const WAYS = [
  ['in worker processes', ['-w', '3']],
  ['in worker threads', ['-w', '3', '--workerThreads']],
  ['in band', ['-i']],
] as const;

/** Serves what it was given, to test files that give each something else. */
const TELLS = `
  exports.Tells = class Tells extends require('jest-controller').Controller {
    factory() { return require('node:http').createServer((_, response) => response.end(this.data.n + ' ' + process.env.COLOUR)); }
  };`;
const ASKS = (n: number, colour: string): string => `
  const { useController } = require('jest-controller');
  const { Tells } = require('./tells');
  const server = useController(Tells, { scope: 'run', data: { n: ${n.toString()} }, env: { COLOUR: '${colour}' } });
  test('is told what it gave', async () => { expect(await (await fetch(server.url)).text()).toBe('${n.toString()} ${colour}'); });`;

describe.each(inForm<(typeof WAYS)[number][]>([...WAYS], [WAYS[0]]))('%s', (_name, args) => {
  test('all test files share one server, which is stopped at the end of the run; with other `data` or `env` they have another', async () => {
    const tests = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`${name}.test.js`, RUN_TEST]));
    const others = { 'e.test.js': ASKS(1, 'red'), 'f.test.js': ASKS(2, 'red'), 'g.test.js': ASKS(2, 'blue') };
    const run = await made({ ...tests, ...others, 'tells.js': TELLS, 'jest.config.js': CONFIG });
    const { code, output } = await run.run(args, { env: { TMPDIR: run.at('tmp') } });
    if (code !== 0) throw new Error(output);
    await gone(run);
    const lines = notes(run);
    // One that the files ask for by class, one that is configured.
    expect(lines.filter((line) => line.startsWith('made'))).toHaveLength(2);
    expect(new Set(lines.filter((line) => line.startsWith('port'))).size).toBe(1);
    expect(lines.filter((line) => line === 'closed')).toHaveLength(2);
    // The functions of files that are over.
    expect(lines).toContainEqual(expect.stringMatching(/^missed ERR_STOPPED/));
  });
});

test.each(inForm(['babel', 'v8'], ['babel']))(
  'what each test file has the server run is in the coverage report, by %s',
  async (provider) => {
    const visits = (name: string): string => `
      const shop = require('jest-controller').useController(() => import('./shop'), { scope: 'run' });
      test('visits', async () => { expect(await (await fetch(shop.url + '/${name}')).text()).toBe('${name}'); });`;
    const run = await made({
      'jest.config.js': PLAIN_CONFIG.replace('{', `{ coverageProvider: '${provider}', coverageReporters: ['json'],`),
      'shop.js': `
        function one(response) { response.end('one'); }
        function two(response) { response.end('two'); }
        function unvisited(response) { response.end('unvisited'); }
        module.exports = (request, response) => ({ '/one': one, '/two': two }[request.url] ?? unvisited)(response);`,
      'a.test.js': visits('one'),
      'b.test.js': visits('two'),
      'c.test.js': visits('two'),
    });
    const { code, output } = await run.run(['-i', '--coverage'], { env: { TMPDIR: run.at('tmp') } });
    if (code !== 0) throw new Error(output);
    await gone(run);
    const report = JSON.parse(readFileSync(run.at('coverage/coverage-final.json'), 'utf8')) as CoverageReport;
    const { fnMap, f } = report[run.at('shop.js')] ?? { fnMap: {}, f: {} };
    const counts = Object.fromEntries(Object.entries(fnMap).map(([number, { name }]) => [name, f[number]]));
    expect(counts).toMatchObject({ one: 1, two: 2, unvisited: 0 });
  },
);

test('a class with a static member `name` of its own goes by the name that is written', async () => {
  const run = await made({
    'named.js': `exports.Named = class Named extends require('jest-controller').Controller {
      static name() {}
      own() {}
      factory() { return require('node:http').createServer(); }
    };`,
    'a.test.js': `const { useController } = require('jest-controller');
      const named = useController(require('./named').Named, { scope: 'run' });
      test('is there', () => expect(named.url).toMatch('http:'));
      test('is named', () => expect(() => named.own()).toThrow("Named's own is on the server side"));
      test('is read only', () => expect(() => { named.url = ''; }).toThrow("Named's url can only be read"));`,
  });
  const { code, output } = await run.run([], { env: { TMPDIR: run.at('tmp') } });
  if (code !== 0) throw new Error(output);
});

test('the transform gets its options as they are, a regular expression among them', async () => {
  const run = await made({
    'jest.config.js': PLAIN_CONFIG.replace('{}', `{ shop: ['./colours.js', { red: /r.d/ }] }`),
    'colours.js': `module.exports = {
      process: (code, file, { transformerConfig: { red } }) => ({ code: code.replace(red, 'blue') }),
    };`,
    'shop.js': `module.exports = (request, response) => response.end('red');`,
    'a.test.js': `
      const shop = require('jest-controller').useController(() => import('./shop'), { scope: 'run' });
      test('is transformed', async () => { expect(await (await fetch(shop.url)).text()).toBe('blue'); });`,
  });
  const { code, output } = await run.run(['-i'], { env: { TMPDIR: run.at('tmp') } });
  if (code !== 0) throw new Error(output);
  await gone(run);
});

test('a blocking call with what cannot go to another process is refused at once', async () => {
  const blocks = `
    const { useController } = require('jest-controller');
    const { TallyController } = require('./tally.controller');
    const tally = useController(TallyController, { scope: 'run', syncTimeout: 20_000 });
    test('is refused', () => {
      for (let call = 0; call < 5; call += 1) {
        const begun = performance.now();
        expect(() => tally.remoteSync.note(new SharedArrayBuffer(4))).toThrow('only another thread can be given');
        expect(performance.now() - begun).toBeLessThan(20_000);
      }
    });`;
  const run = await made({ 'a.test.js': blocks });
  const { code, output } = await run.run(['-i'], { env: { TMPDIR: run.at('tmp') } });
  if (code !== 0) throw new Error(output);
  await gone(run);
});

test('a crash fails the file that sees it and tells the others', async () => {
  const run = await made({ 'a.test.js': CRASHING_TEST, 'b.test.js': LATER_TEST });
  const { output } = await run.run(['-i'], { env: { TMPDIR: run.at('tmp') } });
  expect(output).toMatch(/● dies\s+TypeError: the tally is lost/);
  expect(output).toMatch(
    /● comes too late\s+ServerCrashedError: TallyController .* has crashed earlier in this run, while .*a\.test\.js used it/,
  );
  await gone(run);
});

test('a file that has heard of the crash may make the server anew, for those that come later, too', async () => {
  const run = await made({ 'a.test.js': RESTARTING_TEST, 'b.test.js': LATER_TEST });
  const { output } = await run.run(['-i'], { env: { TMPDIR: run.at('tmp') } });
  expect(output).toContain('anew: true');
  expect(output).toMatch(/Tests: +1 failed, 1 passed/);
  await gone(run);
});

longTest(
  'a start that outlasts `loadTimeout` by what its factory may take is awaited, by those who come in the middle of it, too',
  async () => {
    const waits = `const { useController } = require('jest-controller');
      const slow = useController(() => import('./slow'), { scope: 'run', loadTimeout: 5000, readyTimeout: 30000 });
      test('is there', async () => expect(await (await fetch(slow.url)).text()).toBe('at last'));`;
    const slow = `module.exports = async () => {
        await new Promise((done) => setTimeout(done, 5500));
        return (request, response) => response.end('at last');
      };`;
    const run = await made({ 'a.test.js': waits, 'b.test.js': waits, 'slow.js': slow });
    const { code, output } = await run.run(['-w', '2'], { env: { TMPDIR: run.at('tmp') } });
    if (code !== 0) throw new Error(output);
    await gone(run);
  },
);

test('one that found the socket taken, by a process that then ended, starts the server itself', async () => {
  const run = await made({ 'a.test.js': RUN_TEST, 'jest.config.js': CONFIG, 'comes-second.js': COMES_SECOND });
  const { code, output } = await run.run(['-i'], {
    env: { TMPDIR: run.at('tmp'), NODE_OPTIONS: `--require ${run.at('comes-second.js')}` },
  });
  if (code !== 0) throw new Error(output);
  await gone(run);
  expect(kinds(run).filter((kind) => kind === 'second' || kind === 'made')).toEqual(['second', 'made', 'made']);
});

test('the server goes with a Jest that is killed', async () => {
  const run = await made({ 'a.test.js': WAITING_TEST });
  const jest = start(run, ['-i']);
  const [, port] = await said(jest, /UP (\d+) (\d+);/);
  const [folder = ''] = meetingPlaces(run);
  expect(statSync(run.at('tmp', folder)).mode & 0o777).toBe(0o700);
  const closed = closedPort(Number(port));
  jest.kill('SIGKILL');
  await closed;
  await gone(run);
});

longTest('a file is told when the process that holds the server is killed', async () => {
  const run = await made({ 'a.test.js': WAITING_TEST });
  const jest = start(run, ['-i']);
  const [, , pid] = await said(jest, /UP (\d+) (\d+);/);
  process.kill(Number(pid), 'SIGKILL');
  await said(jest, /TallyController, which serves the whole run .* is gone with its process/);
});

longTest('watch mode keeps the server until its modules change', async () => {
  const run = await made({
    'a.test.js': RUN_TEST.replace("'port ' + tally.port + ' ' + controllers.configured.port", "'run ' + process.pid"),
    // Keys come from terminals only; a pipe is made to look like one.
    'raw.js': `process.stdin.setRawMode = () => process.stdin;`,
    'jest.config.js': PLAIN_CONFIG.replace('transform', `watchPathIgnorePatterns: ['notes.txt', '<rootDir>/tmp/'],\n  transform`),
  });
  const jest = start(run, ['-i', '--watchAll'], ['-r', run.at('raw.js')]);
  await said(jest, /Ran all test suites/);
  const second = said(jest, /Ran all test suites/);
  // A key that comes while Jest still finishes a run is lost, and one that comes during a run interrupts it.
  await setTimeout(500);
  jest.stdin?.write('\r');
  const keys = setInterval(() => jest.stdin?.write('\r'), 8_000);
  await second.finally(() => {
    clearInterval(keys);
  });
  expect(kinds(run).filter((kind) => kind === 'made')).toHaveLength(1);
  // A change that comes during a run is lost as well.
  for (let change = 1; !kinds(run).includes('closed'); change += 1) {
    await run.write({ 'tally.controller.js': `${RUN_CONTROLLER}\n// change ${change.toString()}` });
    await setTimeout(1_000);
  }
  await eventually(() => kinds(run).at(-1) === 'run');
  const lived = kinds(run).filter((kind) => kind !== 'missed');
  expect(lived.slice(lived.indexOf('closed')).slice(0, 3)).toEqual(['closed', 'made', 'run']);
  await ends(jest);
  await gone(run);
});

/** Ends a Jest that watches. A key that comes while it still finishes a run only interrupts that. */
async function ends(jest: ChildProcess): Promise<void> {
  const end = once(jest, 'exit').then(() => true);
  jest.stdin?.on('error', () => undefined);
  do jest.stdin?.write('q');
  while (!(await Promise.race([end, setTimeout(1_000, false)])));
}
