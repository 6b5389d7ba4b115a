/**
 * Without Jest: modules of `--require` that print, which run in each thread before the host does.
 */
import { expect, test } from '@jest/globals';
import { describeEveryProgram } from './programs';
import { programFolder, runProgram } from './plain-node';

describeEveryProgram((loop) => {
  const run = (body: string): ReturnType<typeof runProgram> =>
    runProgram(
      programFolder({
        'printing.js': `console.log('preloaded'); console.error('preloaded');`,
        'talking.js': `
          const { createServer } = require('node:net');
          const { Controller } = require('jest-controller');
          exports.Talking = class Talking extends Controller {
            factory() { console.log('out'); console.error('err'); return createServer(); }
          };`,
        'main.js': `
          const { ThreadLoop, ProcessLoop } = require('jest-controller');
          const { Talking } = require('./talking.js');
          (async () => {
            const talking = await new Talking(undefined, undefined, { loop: new ${loop}() }).start();
            ${body}
          })();`,
      }),
      'main.js',
      { flags: ['--require', './printing.js'] },
    );

  test('a controller that is never stopped lets its process end by itself', async () => {
    expect(await run('')).toMatchObject({ code: 0, signal: null });
  });

  test('what the server prints by its console is heard, and nothing counts as left', async () => {
    const { code, stdout } = await run(`
      const texts = talking.logs.map(({ text }) => text).filter((text) => text !== 'preloaded');
      const { handles } = await talking.stop();
      console.log(JSON.stringify({ texts, handles }));`);
    expect(code).toBe(0);
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toStrictEqual({ texts: ['out', 'err'], handles: [] });
  });
});
