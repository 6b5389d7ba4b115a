/**
 * Who is told when a server dies: the test during which it died, with the server's own error; and those after it.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { jestProject, type JestProject, type JestRun } from '../loading/jest-project';

const CONTROLLER = `
const { createServer } = require('node:http');
const { Controller } = require('jest-controller');

exports.Fragile = class Fragile extends Controller {
  factory() {
    return createServer((request, response) => {
      if (request.url === '/throw') throw new RangeError('the handler threw');
      if (request.url === '/reject') Promise.reject(new TypeError('the handler rejected'));
      else if (request.url === '/exit') process.exit(0);
      else if (request.url === '/shutdown') return void setTimeout(process.exit, 0, 0);
      else if (request.url === '/fill') { const kept = []; for (;;) kept.push(new Array(100000).fill({})); }
      else if (request.url === '/later') setTimeout(() => { throw new RangeError('thrown later'); }, 20);
      else if (request.url === '/reject-oddly') Promise.reject({ message: 'no such user', status: 404 });
      response.end('fine');
    });
  }
  dieAfter(event) { event().then(() => { throw new RangeError('thrown later'); }); }
  hang() { return new Promise(() => undefined); }
  fill() { const kept = []; for (;;) kept.push(new Array(100000).fill({})); }
};

exports.CatchesItself = class CatchesItself extends exports.Fragile {
  factory() {
    process.on('uncaughtException', ({ message }) => this.emit('caught', message));
    return super.factory();
  }
};

/** As reporters of errors do that end the process unless it has another handler. */
exports.EndsItself = class EndsItself extends exports.Fragile {
  factory() {
    process.on('uncaughtException', () => { if (process.listenerCount('uncaughtException') === 1) process.exit(4); });
    return super.factory();
  }
};

/** As a server in production does: it logs the error, and then ends the process. */
exports.LogsAndExits = class LogsAndExits extends exports.Fragile {
  factory() {
    process.on('uncaughtException', () => process.exit(5));
    process.on('unhandledRejection', () => setImmediate(process.exit, 6));
    return super.factory();
  }
};

/** As programs that Emscripten has built do, such as the package brotli: what is not theirs is thrown again. */
exports.ThrowsAgain = class ThrowsAgain extends exports.Fragile {
  factory() {
    process.on('uncaughtException', (error) => { throw error.message === 'thrown later' ? new SyntaxError('the handler failed') : error; });
    return super.factory();
  }
};

/** The module \`domain\` adds a handler for as long as there are others. */
exports.CatchesByDomain = class CatchesByDomain extends exports.Fragile {
  factory() {
    const domain = require('node:domain').create();
    const give = () => undefined;
    process.on('uncaughtException', give).removeListener('uncaughtException', give);
    domain.on('error', ({ message }) => this.emit('caught', message));
    const server = super.factory();
    const [answer] = server.listeners('request');
    return server.removeAllListeners('request').on('request', (request, response) => {
      if (request.url === '/later') domain.run(answer, request, response);
      else answer(request, response);
    });
  }
};
`;

const HEAD = `
const { once } = require('node:events');
const { ProcessLoop, ThreadLoop, ServerCrashedError, useController } = require('jest-controller');
const { CatchesByDomain, CatchesItself, EndsItself, Fragile, LogsAndExits, ThrowsAgain } = require('./fragile');
const get = async (api, path) => (await fetch(api.url + path, { headers: { connection: 'close' } })).text();
`;

const FILES: Readonly<Record<string, string>> = {
  'throws.test.js': `
    const api = useController(Fragile);
    test('works at first', async () => { expect(await get(api, '/')).toBe('fine'); });
    test('kills it', async () => { await get(api, '/throw'); });
    test('comes later', () => undefined);
    describe('inside', () => { test('comes later still', () => undefined); });`,
  'block.test.js': `
    const other = useController(Fragile);
    describe('its block', () => {
      const api = useController(Fragile);
      test('kills the block’s', async () => { await get(api, '/throw'); });
      test('comes later in the block', () => undefined);
    });
    describe('another block', () => { test('has nothing to do with it', () => undefined); });
    const later = new Fragile();
    test('kills what a later block takes', async () => { await get(await later.start(), '/throw'); });
    test('comes before the block that takes it', () => undefined);
    describe('the later block', () => {
      useController(later);
      test('has it anew', async () => { expect(await get(later, '/')).toBe('fine'); });
    });
    test('comes after the block', async () => { expect(await get(other, '/')).toBe('fine'); });`,
  'configured.test.js': `/**
    * @jest-environment-options { "controllers": { "site": { "module": "./fragile.js", "export": "Fragile" } } }
    */
    test('kills the configured one', async () => { await get(controllers.site, '/throw'); });
    test('comes after the configured one', () => undefined);`,
  'rejects.test.js': `
    for (const [where, loop] of [['thread', () => new ThreadLoop()], ['process', () => new ProcessLoop()]]) {
      describe('of a ' + where, () => {
        const api = useController(Fragile, { loop: loop(), scope: 'test' });
        test('rejects in a ' + where + ' with what is no error', async () => { await get(api, '/reject-oddly').catch(() => undefined); });
      });
    }
    describe('that handles it', () => {
      const api = useController(CatchesItself);
      test('fails after such a rejection', async () => {
        const caught = once(api, 'caught');
        await get(api, '/reject-oddly');
        await caught;
        throw new Error('its own');
      });
    });
    const api = useController(Fragile);
    test('kills it by a rejection', async () => { await get(api, '/reject'); });`,
  'exits.test.js': `
    const api = useController(Fragile);
    test('makes it exit', async () => { await get(api, '/exit'); });`,
  'memory.test.js': `
    const api = useController(Fragile, { loop: new ThreadLoop({ resourceLimits: { maxOldGenerationSizeMb: 20 } }), stopTimeout: 10_000 });
    test('fills its heap', async () => { await get(api, '/fill'); });
    test('the worker of Jest lives', () => undefined);
    test('stops it as it fills its heap', async () => {
      await api.start();
      api.remote.fill().catch(() => undefined);
      await api.stop();
    }, 20_000);`,
  'process.test.js': `
    const api = useController(Fragile, { loop: new ProcessLoop() });
    test('kills a process', async () => { await get(api, '/throw'); });
    test('comes after the process', () => undefined);`,
  'silent.test.js': `
    const api = useController(Fragile);
    test('sees nothing of it', async () => {
      const crashed = once(api, 'crashed');
      await get(api, '/later');
      await crashed;
    });`,
  'catches.test.js': `
    const api = useController(CatchesItself);
    test('is caught by the server', async () => {
      const caught = once(api, 'caught');
      await get(api, '/later');
      expect(await caught).toEqual(['thrown later']);
      expect(await get(api, '/')).toBe('fine');
    });
    test('has it running still', async () => { expect(await get(api, '/')).toBe('fine'); });`,
  'ends-itself.test.js': `
    const inThread = useController(EndsItself, { scope: 'test' });
    const inProcess = useController(EndsItself, { loop: new ProcessLoop(), scope: 'test' });
    test('ends its thread', async () => { await get(inThread, '/throw'); });
    test('ends its process', async () => { await get(inProcess, '/throw'); });
    describe('for an error', () => {
      const inThread = useController(LogsAndExits, { scope: 'test' });
      const inProcess = useController(LogsAndExits, { loop: new ProcessLoop(), scope: 'test' });
      test('logs an error and ends its thread', async () => { await get(inThread, '/throw'); });
      test('logs an error and ends its process', async () => { await get(inProcess, '/throw'); });
      test('logs a rejection and ends its thread', async () => { await get(inThread, '/reject').catch(() => undefined); });
      test('logs a rejection and ends its process', async () => { await get(inProcess, '/reject').catch(() => undefined); });
    });
    for (const [where, loop] of [['thread', () => new ThreadLoop()], ['process', () => new ProcessLoop()]]) {
      describe('of a ' + where, () => {
        const api = useController(ThrowsAgain, { loop: loop(), scope: 'test' });
        test('throws an error again in a ' + where, async () => { await get(api, '/throw'); });
        test('throws a rejection again in a ' + where, async () => { await get(api, '/reject').catch(() => undefined); });
        test('throws another error in a ' + where, async () => { await get(api, '/later').catch(() => undefined); await api.remote.hang(); });
      });
    }
    describe('by a timer', () => {
      const api = useController(Fragile);
      test('hands exit to a timer', async () => { await get(api, '/shutdown'); });
    });`,
  'by-domain.test.js': `
    const api = useController(CatchesByDomain);
    test('is caught by its domain', async () => {
      const caught = once(api, 'caught');
      await get(api, '/later');
      expect(await caught).toEqual(['thrown later']);
    });
    test('has no domain', async () => { await get(api, '/throw'); });`,
  'fresh.test.js': `
    describe('a fresh one', () => {
      const api = useController(Fragile, { scope: 'test' });
      test('dies in its test', async () => { await get(api, '/throw').catch(() => undefined); });
      test('calls it as it dies', async () => {
        await get(api, '/throw').catch(() => undefined);
        await api.remote.hang();
      });
      test('is there again in the next', async () => { expect(await get(api, '/')).toBe('fine'); });
    });
    describe('a restarted one', () => {
      const api = useController(Fragile);
      test('is restarted by its test', async () => {
        api.on('crashed', () => undefined);
        await get(api, '/throw').catch(() => undefined);
        const { port } = api;
        await api.restart();
        expect(await get(api, '/')).toBe('fine');
      });
      test('goes on after the restart', async () => { expect(await get(api, '/')).toBe('fine'); });
    });
    describe('one that is to die', () => {
      const api = useController(Fragile, { scope: 'test' });
      const kill = () => get(api, '/reject').catch(() => undefined);
      test.failing('expects the death', kill);
      test.failing('expects the death, and fails by itself', async () => { await kill(); throw new Error('its own'); });
      test.failing('expects a death that does not come', () => get(api, '/'));
      test('has a server after the one that was to die', async () => { expect(await get(api, '/')).toBe('fine'); });
    });`,
  'stopped.test.js': `
    let api;
    beforeEach(async () => { api = await new Fragile().start(); });
    afterEach(() => api.stop());
    test('ends as it dies', async () => { await get(api, '/reject'); });
    test('sees that it is dead', async () => {
      await get(api, '/throw').catch(() => undefined);
      while (api.state !== 'crashed') await new Promise((resolve) => setImmediate(resolve));
      await api.stop();
    });
    test('has a server of its own', async () => { expect(await get(api, '/')).toBe('fine'); });`,
  'between.test.js': `
    const api = useController(Fragile);
    let release;
    const released = new Promise((resolve) => { release = resolve; });
    test('ends before it dies', async () => { await api.remote.dieAfter(() => released); });
    test('is there when it dies', async () => {
      release();
      while (api.state !== 'crashed') await new Promise((resolve) => setImmediate(resolve));
    });`,
  'after-all.test.js': `
    const api = useController(Fragile);
    test('passes before the end', async () => { expect(await get(api, '/')).toBe('fine'); });
    afterAll(async () => { await get(api, '/throw').catch(() => undefined); });`,
  'after-all-by-hand.test.js': `
    let api;
    beforeAll(async () => { api = await new Fragile().start(); });
    test('passes before the end of one started by hand', async () => { expect(await get(api, '/')).toBe('fine'); });
    afterAll(async () => {
      await get(api, '/throw').catch(() => undefined);
      await api.stop();
    });`,
  'shared.test.js': `
    const loop = new ThreadLoop();
    const [one, other] = [useController(Fragile, { loop }), useController(Fragile, { loop })];
    test('kills two at once', async () => { await get(one, '/throw').catch(() => undefined); });`,
  'before.test.js': `
    const api = useController(Fragile);
    beforeAll(async () => { await get(api, '/throw').catch(() => undefined); await api.waitFor(() => api.state === 'crashed'); });
    test('begins without it', () => undefined);
    test('begins without it again', async () => { await api.remote.hang(); });`,
  'exits-before.test.js': `
    const api = useController(Fragile);
    beforeAll(async () => { await get(api, '/exit').catch(() => undefined); await api.waitFor(() => api.state === 'crashed'); });
    test('begins without what has left', () => undefined);`,
  'handled.test.js': `
    const api = useController(Fragile);
    test('expects it to die', async () => {
      const crashed = once(api, 'crashed');
      const pending = api.remote.hang().catch((error) => error);
      await get(api, '/throw').catch(() => undefined);
      const [error] = await crashed;
      expect(error).toBeInstanceOf(RangeError);
      expect(await pending).toBeInstanceOf(ServerCrashedError);
      expect(await pending).toMatchObject({ code: 'ERR_SERVER_CRASHED', cause: error });
      await expect(api.remote.hang()).rejects.toMatchObject({ code: 'ERR_SERVER_CRASHED' });
    });
    test('comes after the one that expected it', () => undefined);`,
};

describe('a server that dies', () => {
  let project: JestProject;
  let run: JestRun;

  beforeAll(async () => {
    const config = JSON.stringify({ testEnvironment: 'jest-controller/environment', transform: {}, testMatch: ['**/*.test.js'] });
    // A docblock stays first.
    const tests = Object.entries(FILES).map(([file, text]) => [
      file,
      text.startsWith('/**') ? text.replace('*/', `*/${HEAD}`) : HEAD + text,
    ]);
    project = await jestProject({
      'jest.config.js': `module.exports = ${config};`,
      'fragile.js': CONTROLLER,
      ...(Object.fromEntries(tests) as Record<string, string>),
    });
    run = await project.run(['--verbose']);
  });

  afterAll(() => project.remove());

  const verdict = (title: string): string | undefined => new RegExp(`^\\s*(✓|✕) ${title}( \\(.*)?$`, 'm').exec(run.output)?.[1];
  /** What Jest prints about a test that failed. */
  const report = (title: string): string => {
    const start = run.output.search(new RegExp(`● (.* › )?${title}\\n`));
    const end = run.output.slice(start + 1).search(/\n {2}● (?!.*Output)|\n(PASS|FAIL|Test Suites:)/);
    return start < 0 ? '' : run.output.slice(start, start + 1 + end);
  };

  test('fails the running test with its own error and code frame, before the error of the client', () => {
    expect(verdict('works at first')).toBe('✓');
    expect(verdict('kills it')).toBe('✕');
    expect(report('kills it')).toMatch(
      /● kills it\n\n\s+RangeError: the handler threw\n[^]*>\s+8 \|.*throw new RangeError[^]*fragile\.js:8/,
    );
  });

  test('names the line of a call that it has not answered, below its own error', () => {
    const [, own, ofTheCall] = run.output.split(/● .*calls it as it dies\n/);
    expect(own).toMatch(/^\n\s+RangeError: the handler threw\n/);
    expect(ofTheCall).toMatch(/^\n\s+ServerCrashedError: Fragile has crashed\..*\n[^]*>\s+\d+ \|\s+await api\.remote\.hang\(\);/);
  });

  test('fails the later tests of its block at once, saying in which test it died', () => {
    for (const title of ['comes later', 'comes later still']) {
      expect(verdict(title)).toBe('✕');
      expect(report(title)).toMatch(/Fragile is down: it crashed in the test "kills it"/);
    }
  });

  test('fails no test outside its block', () => {
    expect(verdict('kills the block’s')).toBe('✕');
    expect(report('comes later in the block')).toMatch(/Fragile is down: it crashed in the test "its block kills the block’s"/);
    expect(verdict('has nothing to do with it')).toBe('✓');
    expect(verdict('comes after the block')).toBe('✓');
    expect(verdict('kills what a later block takes')).toBe('✕');
    expect(verdict('comes before the block that takes it')).toBe('✓');
    expect(verdict('has it anew')).toBe('✓');
  });

  test('fails the later tests of its file where it is configured for that', () => {
    expect(report('kills the configured one')).toMatch(/RangeError: the handler threw/);
    expect(report('comes after the configured one')).toMatch(/site is down: it crashed in the test "kills the configured one"/);
  });

  test('shows the error that it died of with later tests too, but not what was added to that', () => {
    const said = 'nothing on its side caught this error';
    expect(report('kills it')).toContain(said);
    expect(report('comes later')).toContain('RangeError: the handler threw');
    expect(report('comes later')).not.toContain(said);
  });

  test('by a rejection nobody handled is told in the same way', () => {
    expect(report('kills it by a rejection')).toMatch(/● kills it by a rejection\n\n\s+TypeError: the handler rejected/);
  });

  test.each(['thread', 'process'])(
    'by a rejection with what is no error shows that, and not what Node says in its place: in a %s',
    (where) => {
      const told = report(`rejects in a ${where} with what is no error`);
      expect(told).toContain("Fragile threw something that is no Error: { message: 'no such user', status: 404 }.");
      expect(told).toContain('Fragile is down: nothing on its side caught this error.');
      expect(told).not.toContain('#<Object>');
    },
  );

  test('is told to be down by an error that does not say so itself', () => {
    const said = 'Fragile is down: nothing on its side caught this error.';
    expect(report('kills it')).toContain(said);
    expect(report('kills it by a rejection')).toContain(said);
    expect(report('makes it exit')).not.toContain(said);
  });

  test('by process.exit(0) is told with its code, and shows the line that called it', () => {
    expect(report('makes it exit')).toMatch(/ServerCrashedError: Fragile exited with code 0 while it was running/);
    expect(report('makes it exit')).toMatch(/^ +> +10 \| .*process\.exit\(0\);$/m);
  });

  test('by process.exit() that a timer calls, so that no line does, is told with where else to look', () => {
    expect(report('hands exit to a timer')).toMatch(
      /Fragile exited with code 0 while it was running\. Look for process\.exit\(\) in the server's code and in packages, also where it is only handed on, as in setTimeout\(process\.exit, 1000\)\./,
    );
  });

  test.each(['thread', 'process'])('by a handler of its own has the error that this was given for its cause: in a %s', (where) => {
    expect(report(`logs an error and ends its ${where}`)).toMatch(
      /LogsAndExits exited with code 5 while it was running\. process\.exit\(\) was .* below begins\. A handler of its own had been given an error shortly before, most likely why: see the cause\.[^]*process\.exit\(5\)[^]*RangeError: the handler threw\n[^]*throw new RangeError/,
    );
    expect(report(`logs a rejection and ends its ${where}`)).toMatch(
      /LogsAndExits exited with code 6 while it was running\. A handler of its own had been given an error shortly before, most likely why: see the cause\.[^]*TypeError: the handler rejected/,
    );
  });

  test.each(['thread', 'process'])('by what a handler of its own throws is told with that: in a %s', (where) => {
    const down = 'ThrowsAgain is down: nothing on its side caught this error.';
    expect(report(`throws an error again in a ${where}`)).toMatch(new RegExp(`● .*\\n\\n\\s+RangeError: the handler threw\\n[^]*${down}`));
    expect(report(`throws a rejection again in a ${where}`)).toMatch(/● .*\n\n\s+TypeError: the handler rejected\n/);
    expect(report(`throws another error in a ${where}`)).toMatch(/● .*\n\n\s+SyntaxError: the handler failed\n/);
  });

  test('by lack of memory leaves the Jest worker alive', () => {
    expect(report('fills its heap')).toMatch(/ran out of memory/);
    expect(report('the worker of Jest lives')).toMatch(/it crashed in the test "fills its heap"/);
    expect(report('stops it as it fills its heap')).toMatch(/ran out of memory/);
  });

  test('is what a test.failing was to fail by', () => {
    expect(verdict('expects the death')).toBe('✓');
    expect(verdict('expects the death, and fails by itself')).toBe('✓');
    expect(report('expects a death that does not come')).toMatch(/Failing test passed even though it was supposed to fail/);
    expect(verdict('has a server after the one that was to die')).toBe('✓');
  });

  test('in a process of its own is told in the same way', () => {
    expect(report('kills a process')).toMatch(/● kills a process\n\n\s+RangeError: the handler threw/);
    expect(report('comes after the process')).toMatch(/it crashed in the test "kills a process"/);
  });

  test('before a test is told by that one, which it is not laid to', () => {
    expect(report('begins without it')).toMatch(
      /RangeError: the handler threw[^]*Fragile was down before this test began\.[^]*fragile\.js:8/,
    );
    expect(report('begins without what has left')).toMatch(/exited with code 0[^]*Fragile was down before this test began\./);
    expect(report('begins without it again')).toMatch(/Fragile is down: it crashed before this test\./);
    expect(report('kills it')).not.toContain('before this test');
  });

  test('takes its neighbours along, and is told once', () => {
    expect(run.output.split('● kills two at once')).toHaveLength(2);
    expect(report('kills two at once').match(/is down: nothing on its side caught this error/g)).toHaveLength(1);
  });

  test('is no failure of a test that waits for it', () => {
    expect(verdict('sees nothing of it')).toBe('✓');
    expect(verdict('expects it to die')).toBe('✓');
    expect(report('comes after the one that expected it')).toMatch(/Fragile is down: it crashed in the test "expects it to die"/);
  });

  test('is not dead where it handles uncaughtException itself', () => {
    expect(verdict('is caught by the server')).toBe('✓');
    expect(verdict('has it running still')).toBe('✓');
    expect(report('fails after such a rejection')).toContain("that is no Error: { message: 'no such user', status: 404 }");
  });

  test('sees no handler but its own', () => {
    expect(report('ends its thread')).toContain('EndsItself exited with code 4 while it was running.');
    expect(report('ends its process')).toContain('EndsItself exited with code 4 while it was running.');
  });

  test('is left to its domain, and dies of an error outside of it', () => {
    expect(verdict('is caught by its domain')).toBe('✓');
    expect(report('has no domain')).toMatch(
      /RangeError: the handler threw[^]*CatchesByDomain is down: nothing on its side caught this error/,
    );
  });

  test('is there again in the next test under scope: "test", and after a restart', () => {
    expect(verdict('dies in its test')).toBe('✕');
    expect(verdict('is there again in the next')).toBe('✓');
    expect(verdict('is restarted by its test')).toBe('✓');
    expect(verdict('goes on after the restart')).toBe('✓');
  });

  test('fails its test though that stops it, at once or later, and no other', () => {
    expect(report('ends as it dies')).toContain('TypeError: the handler rejected');
    expect(report('sees that it is dead')).toContain('RangeError: the handler threw');
    expect(report('sees that it is dead')).toContain('Fragile is down: nothing on its side caught this error.');
    expect(verdict('has a server of its own')).toBe('✓');
    expect(run.output).not.toContain('did not close in order');
  });

  test('after its test has ended is told by the one that runs then', () => {
    expect(verdict('ends before it dies')).toBe('✓');
    expect(report('is there when it dies')).toMatch(/● is there when it dies\n\n\s+RangeError: thrown later/);
  });

  test('in afterAll fails the file, and says whose server is down', () => {
    const whose = 'Fragile is down: nothing on its side caught this error\\.';
    for (const file of ['after-all', 'after-all-by-hand']) {
      const failed = new RegExp(
        `FAIL .*${file}\\.test\\.js\\n[^]*?● Test suite failed to run\\n\\n\\s+RangeError: the handler threw\\n\\n\\s+${whose}\\n`,
      );
      expect(run.output).toMatch(failed);
    }
  });
});
