/** Keeps figures in docs/performance.md, each comparison between marks of its own, with the machine and the date. */
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, totalmem, type } from 'node:os';
import { createRequire } from 'node:module';
import { table } from './report.mjs';

const page = new URL('../../docs/performance.md', import.meta.url);
const require = createRequire(import.meta.url);

function circumstances({ rounds }) {
  const versions = ['jest', 'express'].map((name) => `${name} ${require(`${name}/package.json`).version}`);
  const machine = `${type()}, ${availableParallelism()} × ${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB`;
  const load = `load average ${loadavg()[0].toFixed(1)} at the end`;
  return `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC · Node ${process.versions.node} · ${versions.join(' · ')} · ${machine} · ${rounds} rounds · ${load}`;
}

export async function writeFigures(name, { title, rows, settings }) {
  const text = await readFile(page, 'utf8');
  const section = `<!-- ${name} -->\n\n### ${title}\n\n${table(rows)}\n\n${circumstances(settings)}\n\n<!-- /${name} -->`;
  const marked = new RegExp(`<!-- ${name} -->[^]*?<!-- /${name} -->`);
  if (!marked.test(text))
    throw new Error(`docs/performance.md has no place for ${name}: put <!-- ${name} --> and <!-- /${name} --> where it belongs.`);
  await writeFile(
    page,
    text.replace(marked, () => section),
  );
}
