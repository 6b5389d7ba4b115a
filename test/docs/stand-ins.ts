/**
 * Browsers' libraries as far as the pages use them, for machines that have none: a page is what fetch gives, an element the text of its tag.
 * What a snippet shows of the controller runs for real; examples/browser is the same in a real Chromium.
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

/** Files of node_modules, by path. */
export const STAND_INS: Readonly<Record<string, string>> = {
  'node_modules/playwright/index.js': `${PAGE}exports.chromium = { launch };\n`,
  'node_modules/puppeteer/index.js': `${PAGE}module.exports = { launch };\n`,
};
