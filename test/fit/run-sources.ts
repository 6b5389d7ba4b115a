/**
 * A project whose test files share one server for the run, and what they note down about it.
 */

export const RUN_CONTROLLER = `
const { appendFileSync } = require('node:fs');
const { createServer } = require('node:http');
const path = require('node:path');
const { Controller } = require('jest-controller');

const note = (text) => appendFileSync(path.join(__dirname, 'notes.txt'), text + '\\n');

class TallyController extends Controller {
  visits = 0;
  factory() {
    note('made ' + process.pid);
    return createServer((request, response) => response.end(String(++this.visits)));
  }
  close() {
    note('closed');
  }
  note(text) {
    note(text);
  }
  twice(callback) {
    return callback(2).then((value) => value * 2);
  }
  told = [];
  async tell(listener) {
    for (const told of this.told) void told();
    const outcomes = await Promise.allSettled(this.told.map((told) => told()));
    this.told.push(listener);
    return outcomes.filter(({ status }) => status === 'rejected').map(({ reason }) => reason.code);
  }
  crash() {
    setTimeout(() => { throw new TypeError('the tally is lost'); }, 0);
  }
}
module.exports = { TallyController };
`;

/** One of several test files. */
export const RUN_TEST = `
const { useController } = require('jest-controller');
const { TallyController } = require('./tally.controller');
const tally = useController(TallyController, { scope: 'run' });

test('all have the same server', async () => {
  const visits = Number(await (await fetch(tally.url)).text());
  expect(await tally.remote.visits).toBeGreaterThanOrEqual(visits);
  expect(tally.remoteSync.visits).toBeGreaterThanOrEqual(visits);
  expect(tally.state).toBe('running');
  expect(await tally.remote.twice(async (value) => value + 1)).toBe(6);
  const missed = await tally.remote.tell(() => 'heard');
  await tally.remote.note('missed ' + missed.join());
  await tally.remote.note('port ' + tally.port + ' ' + controllers.configured.port);
});
`;

/** Sorts test files by name. */
export const BY_NAME = `
const Sequencer = require('@jest/test-sequencer').default;
module.exports = class extends Sequencer {
  sort(tests) {
    return [...tests].sort((a, b) => (a.path < b.path ? -1 : 1));
  }
};
`;

export const CRASHING_TEST = `
const { useController } = require('jest-controller');
const { TallyController } = require('./tally.controller');
const tally = useController(TallyController, { scope: 'run' });

test('dies', async () => {
  await tally.remote.crash();
  await tally.waitFor(() => tally.state === 'crashed');
});
`;

/** Once it has heard of the death. */
export const RESTARTING_TEST = `
const { useController } = require('jest-controller');
const { TallyController } = require('./tally.controller');
const tally = useController(TallyController, { scope: 'run' });
let dead = false;

test('kills it', async () => {
  await tally.remote.crash();
  await tally.waitFor(() => tally.state === 'crashed');
  dead = true;
});

afterAll(async () => {
  await tally.restart();
  const { ok } = await fetch(tally.url);
  console.log('anew: ' + (dead && ok));
});
`;

export const LATER_TEST = `
const { useController } = require('jest-controller');
const { TallyController } = require('./tally.controller');
useController(TallyController, { scope: 'run' });

test('comes too late', () => undefined);
`;

/** Says where the server is, and waits for its end. */
export const WAITING_TEST = `
const { writeSync } = require('node:fs');
const { useController } = require('jest-controller');
const { TallyController } = require('./tally.controller');
const tally = useController(TallyController, { scope: 'run' });

test('waits', async () => {
  writeSync(1, 'UP ' + tally.port + ' ' + tally.loop.number + ';');
  await tally.waitFor(() => tally.state === 'crashed', { timeout: 60_000 });
}, 60_000);
`;

/** Ends the run's first holder of a server as one that came second ends; its rival is over, too, by then. */
export const COMES_SECOND = `
const { appendFileSync, existsSync } = require('node:fs');
const path = require('node:path');

const notes = path.join(__dirname, 'notes.txt');
if (process.argv[1]?.endsWith('holder-entry.js') && !existsSync(notes)) {
  appendFileSync(notes, 'second\\n');
  process.exit(0);
}
`;
