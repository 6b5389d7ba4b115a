import { expect, test } from '@jest/globals';
import { useController } from 'jest-controller';
import { chromium, openPage } from './chromium';
import { PageController } from './page.controller';

const page = useController(PageController);
const inBrowser = chromium === undefined ? test.skip : test;

if (chromium === undefined) console.warn('Skipped: no Chromium on this machine. On Debian: apt-get install chromium; or set CHROMIUM.');

inBrowser(
  'a real browser runs the page against its API',
  async () => {
    expect(await openPage(page.url)).toContain('<p id="count">visits: 1</p>');
    expect(await page.remote.visitors).toStrictEqual([expect.stringContaining('Chrome')]);
  },
  60_000,
);

test('the page is there', async () => {
  expect(await (await fetch(page.url)).text()).toContain('not yet');
});
