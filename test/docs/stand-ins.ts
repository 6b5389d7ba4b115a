/**
 * What is too large to install for a page, as far as the pages use it. Browsers' libraries, for machines that have none: a page is what fetch gives,
 * an element the text of its tag. Next.js: a site of one page. What a snippet shows of the controller runs for real; examples/browser is the
 * same in a real Chromium.
 */

const PAGE = `
async function open() {
  let html = '';
  const text = (tag) => new RegExp('<' + tag + '[^>]*>([^<]*)<').exec(html)[1];
  return {
    async goto(url) {
      html = await (await fetch(url)).text();
    },
    textContent: async (tag) => text(tag),
    $eval: async (tag, read) => read({ textContent: text(tag) }),
  };
}
const launch = async () => ({ newPage: open, close: async () => undefined });
`;

const NEXT = `
module.exports = ({ dev, dir }) => {
  let isPrepared = false;
  if (dev || typeof dir !== 'string') throw new Error('It needs a folder with a build.');
  return {
    async prepare() {
      isPrepared = true;
    },
    getRequestHandler: () => async (_request, response) => {
      if (!isPrepared) throw new Error('It has not been prepared.');
      response.end('<h1>Good day</h1>');
    },
    async close() {
      isPrepared = false;
    },
  };
};
`;

/** Files of node_modules, by path. */
export const STAND_INS: Readonly<Record<string, string>> = {
  'node_modules/playwright/index.js': `${PAGE}exports.chromium = { launch };\n`,
  'node_modules/next/index.js': NEXT,
  'node_modules/puppeteer/index.js': `${PAGE}module.exports = { launch };\n`,
};
