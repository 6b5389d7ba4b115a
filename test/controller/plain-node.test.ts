/**
 * Without Jest: what only a process of its own shows. Daemons, exits, ES modules, leaks.
 */
import { describe, expect, test } from '@jest/globals';
import { inForm } from '../form';
import { describeEveryProgram } from './programs';
import { bindAndRelease } from './clients';
import { programFolder, runProgram } from './plain-node';

const ENDED = { code: 0, signal: null, stderr: '' };

/** A process notices its parent's death a moment later. */
async function untilFree(port: number): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await bindAndRelease(port);
      return;
    } catch (error) {
      if (attempt === 1000) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

describeEveryProgram((loop) => {
  const run = (body: string, options?: Parameters<typeof runProgram>[2]): ReturnType<typeof runProgram> =>
    runProgram(
      programFolder({
        'main.js': `
        const { Controller, ThreadLoop, ProcessLoop } = require('jest-controller');
        const { Echo } = require('./echo.js');
        const { Silent } = require('./silent.js');
        const make = (Class = Echo, options = {}) => new Class(undefined, undefined, { loop: new ${loop}(), ...options });
        (async () => { ${body} })();`,
      }),
      'main.js',
      options,
    );

  test('a crash that nobody listens for is said on stderr', async () => {
    const crash = `
      const echo = await make().start();
      LISTEN
      echo.remote.crash().catch(() => undefined);
      while (echo.state === 'running') await new Promise((resolve) => setImmediate(resolve));`;
    const unheard = await run(crash.replace('LISTEN', ''));
    expect(unheard).toMatchObject({ code: 0 });
    expect(unheard.stderr).toMatch(
      /^jest-controller: Echo \(made at .*main\.js:\d+:\d+\) has crashed, .*`crashed`:\nRangeError: no kitchen\n\s+at .*echo\.js/,
    );
    expect(await run(crash.replace('LISTEN', "echo.on('crashed', (error) => console.log(error.message));"))).toStrictEqual({
      ...ENDED,
      stdout: 'no kitchen\n',
    });
  });

  test('what a listener throws is uncaught, and no start, stop or blocking form is cut short by it', async () => {
    const program = `
      const heard = [];
      process.on('uncaughtException', ({ message, stack }) => heard.push(stack.includes('test-side') ? stack : message));
      const echo = make(Echo, { leaks: 'ignore' });
      for (const name of ['ready', 'tick', 'stopped']) echo.once(name, () => { throw new Error(name); });
      await echo.start();
      await echo.remote.tick();
      while (!heard.includes('tick')) await new Promise((resolve) => setImmediate(resolve));
      await echo.stop();
      const other = make().once('ready', () => { throw new Error('ready'); });
      console.log(echo.state, other.startSync().state, other.stopSync().rung);
      await new Promise((resolve) => setImmediate(resolve));
      console.log(heard.join(' '));`;
    expect(await run(program)).toStrictEqual({ ...ENDED, stdout: 'stopped running closed\nready tick stopped ready\n' });
  });

  test('an application for which its module listens while it loads is reached there', async () => {
    const program = `
      const { Early } = require('./early.js');
      const early = await make(Early, { env: { ...process.env, BESIDE_SERVER: '1' } }).start();
      console.log(await (await fetch(early.url)).text(), (await early.stop()).handles);`;
    expect(await run(program)).toStrictEqual({ ...ENDED, stdout: 'hello []\n' });
  });

  test('two copies of the package share a loop', async () => {
    const program = `
      const loop = new ${loop}();
      const echo = await make(Echo, { loop }).start();
      for (const name of Object.keys(require.cache)) delete require.cache[name];
      const other = await make(require('./echo.js').Echo, { loop }).start();
      await Promise.all([echo.remote.spin(1), other.remote.spin(1)]);
      await echo.stop();
      console.log(echo.state, other.state, Echo === other.constructor);
      await other.stop();`;
    expect(await run(program)).toStrictEqual({ ...ENDED, stdout: 'stopped running false\n' });
  });

  test('an object that was put in the place of process.env is the environment of the server', async () => {
    const told = await runProgram(
      programFolder({
        'env.js': `
        const { Controller } = require('jest-controller');
        exports.Told = class Told extends Controller {
          factory() { return require('node:net').createServer(); }
          get put() { return process.env.PUT; }
        };`,
        'main.js': `
        const { ThreadLoop, ProcessLoop } = require('jest-controller');
        const { Told } = require('./env.js');
        process.env = { ...process.env, PUT: 'by the program' };
        (async () => {
          const told = await new Told(undefined, undefined, { loop: new ${loop}() }).start();
          console.log(await told.remote.put);
          await told.stop();
        })();`,
      }),
      'main.js',
    );
    expect(told).toMatchObject({ ...ENDED, stdout: 'by the program\n' });
  });

  test('a controller that is never stopped lets its process end by itself', async () => {
    expect(await run(`await make().start(); console.log('up');`)).toMatchObject({ ...ENDED, stdout: 'up\n' });
  });

  test('so does one that listeners were added to late, that was called and that emits', async () => {
    const program = `
      const echo = await make().start();
      let ticks = 0;
      echo.on('crashed', () => {}).on('log', () => {}).on('tick', () => { ticks += 1; });
      await echo.remote.tick();
      await echo.waitFor(() => ticks > 2);
      await echo.idle();
      console.log('up');`;
    expect(await run(program)).toMatchObject({ ...ENDED, stdout: 'up\n' });
  });

  test('so does one that crashed, failed or was started again', async () => {
    const program = `
      const echo = await make().start();
      await echo.restart();
      await make(Silent, { readyTimeout: 50 }).start().catch((error) => console.log(error.code));
      await make(Echo, { readyTimeout: 60_000 }).start();`;
    expect(await run(program)).toMatchObject({ ...ENDED, stdout: 'ERR_READY_TIMEOUT\n' });
  });

  test('a start, a stop and a call that are awaited keep the process alive until they are settled', async () => {
    const program = `
      const echo = await make().start();
      await echo.remote.spin(100);
      console.log(echo.state);
      await echo.stop();
      console.log(echo.state);`;
    expect(await run(program)).toMatchObject({ ...ENDED, stdout: 'running\nstopped\n' });
  });

  test('process.exit() and an uncaught error of the main program end it at once, the server too', async () => {
    const exited = await run(`const echo = await make().start(); console.log(echo.port); process.exit(7);`);
    expect(exited).toMatchObject({ code: 7 });
    await untilFree(Number(exited.stdout));
    const thrown = await run(`const echo = await make().start(); console.log(echo.port); throw new Error('main');`);
    expect(thrown).toMatchObject({ code: 1 });
    await untilFree(Number(thrown.stdout));
  });

  test('SIGINT ends it, and frees the port', async () => {
    const program = `const echo = await make().start(); setInterval(() => {}, 1000); console.log(echo.port);`;
    const ended = await run(program, { signalOnOutput: 'SIGINT' });
    expect(ended).toMatchObject({ signal: 'SIGINT' });
    await untilFree(Number(ended.stdout));
  });

  test('many cycles leave no file descriptor, listener or warning behind', async () => {
    const program = `
      const fs = require('node:fs');
      const open = () => fs.readdirSync('/proc/self/fd').length;
      const threads = () => fs.readdirSync('/proc/self/task').length;
      const echo = make();
      const cycle = async () => { await echo.start(); await echo.stop(); };
      for (let warmUp = 0; warmUp < 3; warmUp += 1) await cycle();
      const count = () => ({ files: open(), threads: threads(), listeners: process.eventNames().map((name) => process.listenerCount(name)).join() });
      const before = count();
      // A thread may just be ending, before or after; what each cycle leaves is more.
      const isFlat = ({ files, threads, listeners }) => files < before.files + 4 && threads < before.threads + 4 && listeners === before.listeners;
      for (let round = 0; round < ${loop === 'ThreadLoop' ? inForm('40', '10') : '8'}; round += 1) await cycle();
      for (let wait = 0; wait < 200 && !isFlat(count()); wait += 1) await new Promise((resolve) => setTimeout(resolve, 50));
      const after = count();
      console.log(isFlat(after) ? 'flat' : JSON.stringify({ before, after }));`;
    if (process.platform !== 'linux') return;
    expect(await run(program)).toMatchObject({ ...ENDED, stdout: 'flat\n' });
  });

  test('one shared loop takes many controllers without a warning', async () => {
    const program = `
      const loop = new ${loop}();
      const all = Array.from({ length: 20 }, () => make(Echo, { loop }));
      await Promise.all(all.map((echo) => echo.start()));
      console.log(new Set(all.map(({ port }) => port)).size);
      await Promise.all(all.map((echo) => echo.stop()));
      console.log(loop.running);`;
    expect(await run(program)).toMatchObject({ ...ENDED, stdout: '20\nfalse\n' });
  });

  test('the blocking forms start, stop, refuse and time out, on a blocked thread', async () => {
    const program = `
      const echo = make();
      console.log(echo.startSync() === echo, echo.state, echo.port > 0);
      console.log(echo.stopSync().rung, echo.state);
      echo.startSync();
      try { make(Silent, { readyTimeout: 1000 }).startSync(); } catch (error) { console.log(error.code, error.phase); }
      try { const other = new Echo('127.0.0.1', echo.port, { loop: new ${loop}() }); other.startSync(); } catch (error) { console.log(error.code); }
      try { make(Echo, { syncTimeout: 50 }).startSync().remoteSync.hang(); } catch (error) { console.log(error.code); }
      console.log(echo.stopSync().forced);`;
    expect(await run(program)).toMatchObject({
      ...ENDED,
      stdout: 'true running true\nclosed stopped\nERR_READY_TIMEOUT listen\nEADDRINUSE\nERR_REMOTE\nfalse\n',
    });
  });

  test('an ES module may define its class, with a main program of ES modules', async () => {
    const folder = programFolder({
      'echo.mjs': `
        import { createServer } from 'node:net';
        import { Controller } from 'jest-controller';
        await Promise.resolve();
        export class EsEcho extends Controller { factory() { return createServer((socket) => socket.end('es')); } }`,
      'main.mjs': `
        import { ${loop} } from 'jest-controller';
        import { EsEcho } from './echo.mjs';
        // The later ones run the host's code as the first has compiled it.
        for (let round = 0; round < 3; round++) {
          const echo = await new EsEcho(undefined, undefined, { loop: new ${loop}() }).start();
          console.log(echo.url.startsWith('tcp://127.0.0.1:'));
          await echo.idle();
          await echo.stop();
        }`,
    });
    expect(await runProgram(folder, 'main.mjs')).toMatchObject({ ...ENDED, stdout: 'true\ntrue\ntrue\n' });
  });
});

// As Yarn's Plug'n'Play does, and what compiles on the way: Node then makes another `require` for the file, without a registry.
test('where load hooks give the text of CommonJS modules, a server runs in a thread and in a process, and the environment loads', async () => {
  const folder = programFolder({
    'hooks.mjs': `
      import { readFile } from 'node:fs/promises';
      export async function load(url, context, next) {
        const loaded = await next(url, context);
        return loaded.format === 'commonjs' && url.startsWith('file:') ? { ...loaded, source: await readFile(new URL(url)) } : loaded;
      }`,
    'register.mjs': `import { register } from 'node:module'; register('./hooks.mjs', import.meta.url);`,
    'main.mjs': `
      import { ProcessLoop } from 'jest-controller';
      import { TestEnvironment } from 'jest-controller/environment';
      import { Echo } from './echo.js';
      for (const loop of [undefined, new ProcessLoop()]) {
        const echo = await new Echo('127.0.0.1', 0, { loop }).start();
        console.log((await echo.stop()).forced, typeof TestEnvironment);
      }`,
  });
  const hooked = await runProgram(folder, 'main.mjs', { flags: ['--import', './register.mjs', '--no-deprecation'] });
  expect(hooked).toStrictEqual({ ...ENDED, stdout: 'false function\nfalse function\n' });
});

test('who counts the coverage of the test side keeps the counts of branches when the class is in an ES module', async () => {
  const folder = programFolder({
    'echo.mjs': `
      import { createServer } from 'node:net';
      import { Controller } from 'jest-controller';
      export class EsEcho extends Controller { factory() { return createServer(); } }`,
    'pick.mjs': `export const pick = (asked) => asked ? 'asked' : 'not asked';`,
    'main.mjs': `
      import { Session } from 'node:inspector';
      const session = new Session();
      session.connect();
      session.post('Profiler.enable');
      session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
      const { pick } = await import('./pick.mjs');
      pick(true);
      const { EsEcho } = await import('./echo.mjs');
      await (await new EsEcho().start()).stop();
      session.post('Profiler.takePreciseCoverage', (error, { result }) => {
        const { functions } = result.find(({ url }) => url.endsWith('/pick.mjs'));
        const { ranges } = functions.find(({ functionName }) => functionName === 'pick');
        console.log(ranges.map(({ count }) => count).join());
      });`,
  });
  expect(await runProgram(folder, 'main.mjs')).toMatchObject({ ...ENDED, stdout: '1,0\n' });
});

test('a TypeScript module that nothing can load says which loaders would do', async () => {
  const folder = programFolder({
    'server.ts': 'enum Port { any = 0 }\nexport const make = (port: Port): number => port;',
    'main.js': `
      const { Controller, ModuleLoadError } = require('jest-controller');
      class Typed extends Controller { static module = __dirname + '/server.ts'; factory() { return {}; } }
      new Typed().start().catch((error) => console.log(error instanceof ModuleLoadError, error.code, error.message));`,
  });
  const { code, stdout } = await runProgram(folder, 'main.js');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^true ERR_MODULE_LOAD [^]*server\.ts/);
  expect(stdout).toContain('Without a transform of Jest: install `tsx` in the project');
});

describe('a class in the script that is being run', () => {
  const inScript = (run: string): string => `
    const { createServer } = require('node:net');
    const { Controller } = require('jest-controller');
    class Echo extends Controller { factory() { return createServer(); } }
    module.exports = { Echo };
    const stop = (echo) => { console.log('started'); return echo.stop(); };
    const tell = ({ code, message, cause }) => console.log(code, message, cause.code);
    ${run}`;
  const TOLD = /^ERR_MODULE_LOAD Echo is defined in \S+main\.js, the script that is being run: .* Move the class to a module of its own/;

  test('is told to move, when the script starts it', async () => {
    const folder = programFolder({ 'main.js': inScript('new Echo().start().then(stop, tell);') });
    const { code, stdout } = await runProgram(folder, 'main');
    expect(code).toBe(0);
    expect(stdout).toMatch(TOLD);
    expect(stdout).toContain('ERR_USAGE');
  });

  test('is told to move, when the script ends itself there', async () => {
    const folder = programFolder({ 'main.js': inScript('try { new Echo().start().then(stop, tell); } catch { process.exit(1); }') });
    const { stdout } = await runProgram(folder, 'main.js');
    expect(stdout).toMatch(TOLD);
    expect(stdout).toContain('ERR_SERVER_CRASHED');
  });

  test('runs, when the script looks whether it is the main one', async () => {
    const folder = programFolder({ 'main.js': inScript('if (require.main === module) new Echo().start().then(stop, tell);') });
    expect(await runProgram(folder, 'main.js')).toMatchObject({ code: 0, stdout: 'started\n' });
  });
});

test('what a preloaded module throws comes as it is, even undefined', async () => {
  const folder = programFolder({
    'throws-undefined.js': 'throw undefined;',
    'main.js': `
      const { Echo } = require('./echo.js');
      new Echo(undefined, undefined, { preload: ['./throws-undefined.js'] }).start().catch((error) => console.log(error));`,
  });
  expect(await runProgram(folder, 'main.js')).toStrictEqual({ ...ENDED, stdout: 'undefined\n' });
});
