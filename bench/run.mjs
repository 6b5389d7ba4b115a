/**
 * Runs the comparisons: `npm run bench`, `npm run bench start stop`, `npm run bench -- --write` (into docs/performance.md).
 * `--rounds 40` for another number of rounds; `--full` for the long forms, `--times 2000` for flat's number.
 */
import { parseArgs } from 'node:util';
import { printTable } from './lib/report.mjs';
import { writeFigures } from './lib/document.mjs';

const NAMES = ['start', 'stop', 'peers', 'requests', 'calls', 'many', 'flat', 'inside-jest', 'overhead'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '21' },
    times: { type: 'string' },
    write: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
  },
});
const unknown = positionals.filter((name) => !NAMES.includes(name));
if (unknown.length > 0) throw new Error(`No comparison is called ${unknown.join(', ')}. There are: ${NAMES.join(', ')}.`);

const settings = { rounds: Number(values.rounds), full: values.full, times: values.times === undefined ? undefined : Number(values.times) };
for (const name of positionals.length > 0 ? positionals : NAMES) {
  const { title, run } = await import(`./comparisons/${name}.mjs`);
  const rows = await run(settings);
  printTable(title, rows);
  if (values.write) await writeFigures(name, { title, rows, settings });
}
process.exit(0);
