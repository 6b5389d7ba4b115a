import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const CANDIDATES = [process.env['CHROMIUM'] ?? '', 'chromium', 'chromium-browser', 'google-chrome', 'chrome'];

/** The browser of this machine; the variable CHROMIUM names another. */
export const chromium = CANDIDATES.find((name) => name !== '' && spawnSync(name, ['--version']).status === 0);

/** What the page at `url` has become when its scripts have run: its DOM, as HTML. */
export async function openPage(url: string): Promise<string> {
  if (chromium === undefined) throw new Error('There is no Chromium.');
  const profile = await mkdtemp(join(tmpdir(), 'chromium-'));
  try {
    const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', `--user-data-dir=${profile}`];
    const { stdout } = await promisify(execFile)(chromium, [...args, '--virtual-time-budget=10000', '--dump-dom', url]);
    return stdout;
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
