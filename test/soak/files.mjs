/**
 * Runs Jest on random test files, and compares which test failed of what with a model.
 *
 *     node test/soak/files.mjs [runs] [seed]
 *
 * A failure prints the seed and the file. It is not made shorter: each try would be a whole run of Jest.
 */
import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileOf, plans } from './file-model.mjs';

const runs = Number(process.argv[2] ?? 100);
const seed = Number(process.argv[3] ?? Date.now());
const FILES = 6;
const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const JEST = join(dirname(createRequire(import.meta.url).resolve('jest/package.json')), 'bin', 'jest.js');

const CONTROLLER = `
const { createServer } = require('node:http');
const { Controller } = require('jest-controller');
exports.Counter = class Counter extends Controller {
  visits = 0;
  factory() { return createServer((_request, response) => response.end(String(this.count()))); }
  count() { return (this.visits += 1); }
  crash(mark) { setImmediate(() => { throw new TypeError(mark); }); }
  exit() { setImmediate(() => process.exit(3)); }
  refuse(mark) { throw new RangeError(mark); }
};`;

const folder = mkdtempSync(join(tmpdir(), 'jest-controller-soak-'));
mkdirSync(join(folder, 'node_modules'));
symlinkSync(REPOSITORY, join(folder, 'node_modules', 'jest-controller'), 'junction');
writeFileSync(join(folder, 'package.json'), '{}');
writeFileSync(join(folder, 'jest.config.js'), `module.exports = { preset: 'jest-controller', transform: {} };`);
writeFileSync(join(folder, 'counter.controller.js'), CONTROLLER);
const counts = { runs: 0, files: 0, tests: 0 };

/** The outcome of each file's tests, by the file's name. */
function runJest(names) {
  const { output, stderr } = spawnSync(process.execPath, [JEST, '--json', ...names.map((name) => join(folder, name))], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  try {
    return new Map(JSON.parse(output[1]).testResults.map((result) => [basename(result.name), result]));
  } catch {
    throw new Error(`Jest gave no results:\n${stderr}`);
  }
}

/** What is not as the model has it, as texts. */
function differences({ expected }, { assertionResults, message }) {
  const found = new Map(assertionResults.map((result) => [result.fullName, result]));
  return Object.entries(expected).flatMap(([name, { status, mentions }]) => {
    const result = found.get(name);
    if (result === undefined) return [`${name} is not there:\n${message}`];
    const text = result.failureMessages.join('\n');
    if (result.status !== status) return [`${name} was to be ${status}, and is ${result.status}:\n${text}`];
    return mentions.filter((mark) => !text.includes(mark)).map((mark) => `${name} does not mention ${mark}:\n${text}`);
  });
}

function check(given) {
  const files = new Map(given.map((plan, index) => [`file${index}.test.js`, fileOf(plan)]));
  for (const [name, { text }] of files) writeFileSync(join(folder, name), text);
  const results = runJest([...files.keys()]);
  for (const [name, file] of files) {
    const wrong = differences(file, results.get(name));
    if (wrong.length > 0) throw new Error(`${wrong.join('\n\n')}\n\nin\n\n${file.text}`);
    counts.files += 1;
    counts.tests += Object.keys(file.expected).length;
  }
  counts.runs += 1;
}

try {
  fc.assert(fc.property(fc.array(plans, { minLength: 1, maxLength: FILES }), check), { numRuns: runs, seed, endOnFailure: true });
  console.log(`${counts.runs} runs, ${counts.files} files, ${counts.tests} tests, seed ${seed}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
