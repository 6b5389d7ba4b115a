/**
 * What a run tells about a start that failed, and about requests that outlive their test.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readIdleAfterEach } from '../../src/jest/idle-after-each';
import { jestProject, type JestProject, type JestRun } from '../loading/jest-project';

const NEVER_LISTENS = `
const { Controller } = require('jest-controller');
exports.NeverListens = class NeverListens extends Controller {
  async factory() {
    for (let line = 1; line <= 3; line += 1) console.log('preparing ' + line);
    await new Promise(() => undefined);
  }
};
exports.Throws = class Throws extends Controller {
  factory() { throw new RangeError('no such database'); }
};
exports.Exits = class Exits extends Controller {
  factory() { console.error('giving up'); process.exit(3); }
};
`;

const SLOW = `
const { createServer } = require('node:http');
let slow = 0;
module.exports = createServer((request, response) => {
  if (request.url === '/hang') response.write('...');
  else if (request.url === '/slow') {
    slow += 1;
    response.write('...');
    setTimeout(() => { slow -= 1; response.end(); }, 100);
  } else if (request.url === '/long') setTimeout(() => response.end(), 800);
  else response.end('slow ones: ' + slow);
});
`;
const ASKS = `
    const { get } = require('node:http');
    const { once } = require('node:events');
    const { useController } = require('jest-controller');
    const api = useController(() => import('./slow'));
    /** Resolves at the answer's first bytes. */
    const begin = async (path, { url } = api) => { const [response] = await once(get(url + path).on('error', () => undefined), 'response'); response.resume(); };`;

const FILES: Readonly<Record<string, string>> = {
  'never-listens.js': NEVER_LISTENS,
  'slow.js': SLOW,
  'timeout.test.js': `
    const { useController } = require('jest-controller');
    const { NeverListens } = require('./never-listens');
    // A busy machine leaves it without a turn for a while, in which nobody could tell that it waits.
    const api = useController(NeverListens, { readyTimeout: 4000 });
    let closed = false;
    afterAll(() => { closed.nothing.here; });
    test('is the first', () => undefined);
    test('is the second', () => undefined);`,
  'throws.test.js': `
    const { useController } = require('jest-controller');
    const { Throws } = require('./never-listens');
    const api = useController(Throws);
    test('needs the database', () => undefined);`,
  'exits.test.js': `
    const { useController } = require('jest-controller');
    const { Exits } = require('./never-listens');
    const api = useController(Exits);
    test('needs one that exits', () => undefined);`,
  'requests.test.js': `/** @jest-environment-options { "idleAfterEach": 60000 } */${ASKS}
    const other = useController(() => import('./slow'));
    const answer = async ({ url }) => (await fetch(url)).text();
    test('leaves nothing', async () => { await answer(api); });
    test('leaves a slow one at each of two', async () => { await Promise.all([begin('/slow'), begin('/slow', other)]); });
    test('begins with none in flight', async () => {
      expect(await Promise.all([api, other].map(answer))).toEqual(['slow ones: 0', 'slow ones: 0']);
    });`,
  'hangs.test.js': `/** @jest-environment-options { "idleAfterEach": 300 } */${ASKS}
    test('leaves one that hangs', async () => { await begin('/hang'); });`,
  'side-by-side.test.js': `/** @jest-environment-options { "idleAfterEach": 300 } */${ASKS}
    test.concurrent('asks for long', async () => { await (await fetch(api.url + '/long')).text(); });
    test.concurrent('is over before that', async () => { await (await fetch(api.url)).text(); });
    test.concurrent('leaves one, and is the last', async () => {
      await (await fetch(api.url + '/long')).text();
      await (await fetch(api.url + '/long')).text();
      await begin('/hang');
    });`,
};

describe('a run', () => {
  let project: JestProject;
  let run: JestRun;

  beforeAll(async () => {
    const config = `module.exports = { testEnvironment: 'jest-controller/environment', transform: {}, testMatch: ['<rootDir>/*.test.js'] };`;
    project = await jestProject({ 'jest.config.js': config, ...FILES });
    run = await project.run(['--verbose']);
  });

  afterAll(() => project.remove());

  const verdict = (title: string): string | undefined => new RegExp(`^\\s*(✓|✕) ${title}( \\(.*)?$`, 'm').exec(run.output)?.[1];

  test('tells each test of a start that took too long: phase, times, output, and what to change', () => {
    for (const title of ['is the first', 'is the second']) {
      const at = run.output.indexOf(`● ${title}`);
      const told = run.output.slice(at, at + 1500);
      expect(told).toMatch(/NeverListens was not ready in time: factory\(\) had not returned a server \(.*pending\) after \d{3,} ms/);
      expect(told).toMatch(/boot [\d.]+ ms, load [\d.]+ ms, factory \d{3,} ms/);
      expect(told).toMatch(/JEST_CONTROLLER_READY_TIMEOUT/);
      expect(told).toMatch(/preparing 1[^]*preparing 3/);
    }
  });

  test('is not masked by what afterAll throws then', () => {
    const first = run.output.indexOf('NeverListens was not ready in time');
    expect(first).toBeGreaterThan(0);
    const other = run.output.indexOf("reading 'here'");
    expect(other === -1 || other > first).toBe(true);
  });

  test('tells what a factory threw as itself, with its line', () => {
    expect(run.output).toMatch(/● needs the database\n\n\s+RangeError: no such database\n[^]*>\s+10 \|\s+factory\(\) \{ throw/);
  });

  test('tells of an exit before ready, with what was printed', () => {
    expect(run.output).toMatch(/Exits exited with code 3 before it was ready, in phase factory\.[^]*giving up/);
  });

  test('waits after each test for the requests in flight, under idleAfterEach', () => {
    expect(verdict('leaves nothing')).toBe('✓');
    expect(verdict('leaves a slow one at each of two')).toBe('✓');
    expect(verdict('begins with none in flight')).toBe('✓');
  });

  test('of tests side by side, only the last to end waits: the requests of the others are none of its own', () => {
    expect(verdict('asks for long')).toBe('✓');
    expect(verdict('is over before that')).toBe('✓');
    expect(verdict('leaves one, and is the last')).toBe('✕');
  });

  test('waits for a second where idleAfterEach is true', () => {
    expect(readIdleAfterEach({ idleAfterEach: true })).toBe(1000);
  });

  test('fails a test whose request does not end, naming it', () => {
    expect(verdict('leaves one that hangs')).toBe('✕');
    expect(run.output).toMatch(/slow was not idle after \d{3,} ms: still in flight: GET \/hang/);
  });
});
