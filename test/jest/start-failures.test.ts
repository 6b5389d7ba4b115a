/**
 * What a failing test shows of a server that did not start: its output, once, and the line of the test that asked for it.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as nodeModule from 'node:module';
import type { JestProject } from '../loading/jest-project';
import { project, runJest, type JestOutcome } from './run-jest';

const HEAD = `const { useController, useControllers } = require('jest-controller'); const failing = require('./failures.js');`;

/** Whether Jest has this Node take the types out of TypeScript that no transform applies to. */
const stripsTypes = 'stripTypeScriptTypes' in nodeModule;

const FILES = {
  'failures.js': `
    const { createServer } = require('node:net');
    const { Controller } = require('jest-controller');
    exports.Throws = class Throws extends Controller {
      factory() { console.log('asking the database'); process.stdout.write('no end'); throw new TypeError('no kitchen'); }
    };
    exports.Nothing = class Nothing extends Controller { factory() { console.error('forgot it'); } };
    exports.Crashes = class Crashes extends Controller {
      factory() { console.log('soon'); setImmediate(() => { throw new RangeError('bang'); }); return new Promise(() => {}); }
    };
    exports.CrashesOddly = class CrashesOddly extends Controller {
      factory() { setImmediate(() => { throw 'just text'; }); return new Promise(() => {}); }
    };
    exports.Exits = class Exits extends Controller { factory() { console.log('leaving'); process.exit(3); } };
    exports.Waits = class Waits extends Controller { factory() { console.log('waiting'); return new Promise(() => {}); } };
    exports.Refused = class Refused extends Controller { factory() { console.log('binding'); return createServer(); } };
    exports.Chatty = class Chatty extends Controller {
      factory() { return createServer(); }
      count(most) { for (let line = 1; line <= most; line += 1) console.log('line ' + line + '.'); }
    };
    exports.Twice = class Twice extends Controller {
      factory() { if (require('node:fs').existsSync(this.data)) { console.log('second time'); throw new Error('not again'); } return createServer(); }
    };
    exports.StartedAlready = class StartedAlready extends Controller {
      async factory() {
        let port = 0;
        const start = () => new Promise((resolve, reject) => {
          const server = createServer().once('error', reject).listen(port, '127.0.0.1', () => { resolve({ port } = server.address()); });
        });
        await start();
        return { start, stop() {} };
      }
    };`,
  'block.test.js': `
    describe('throws', () => { useController(failing.Throws); test('one', () => {}); test('two', () => {}); });
    describe('nothing', () => { useController(failing.Nothing); test('one', () => {}); });
    describe('crashes', () => { useController(failing.Crashes); test('one', () => {}); });
    describe('exits', () => { useController(failing.Exits); test('one', () => {}); });
    describe('waits', () => { useController(failing.Waits, { readyTimeout: 1000 }); test('one', () => {}); });
    describe('refused', () => { useController(failing.Refused, { hostname: '203.0.113.7', port: 1 }); test('one', () => {}); });
    describe('text', () => { useController(failing.CrashesOddly); test('one', () => {}); });
    describe('preload', () => { useController(failing.Chatty, { preload: ['./nowhere'] }); test('one', () => {}); });
    describe('started', () => { useController(failing.StartedAlready); test('one', () => {}); });
    describe('silent', () => { useController(failing.Throws, { logs: 'silent' }); test('one', () => {}); });
    describe('pending', () => { useController(() => import('./pending'), { readyTimeout: 1000 }); test('one', () => {}); });`,
  'typed.ts': `import { createServer } from 'node:net'; enum Count { one = 1 } export default () => createServer();`,
  'typed-cjs.ts': `enum Count { one = 1 } module.exports = () => Count.one;`,
  'pending.js': `exports.startApp = () => new Promise(() => {});`,
  'asks-typed.js': `module.exports = require('./typed-cjs.ts');`,
  'typescript.test.js': `
    describe('module', () => { useController(() => import('./typed.ts')); test('one', () => {}); });
    describe('script', () => { useController(() => import('./typed-cjs.ts')); test('one', () => {}); });
    describe('inner', () => { useController(() => import('./asks-typed.js')); test('one', () => {}); });`,
  'together.test.js': `
    describe('several', () => {
      useControllers({ chatty: failing.Chatty, waits: [failing.Waits, { readyTimeout: 1000 }] });
      test('one', () => {});
    });`,
  'run-1.test.js': `
    useController(failing.Throws, { scope: 'run' }); test('one', () => {});`,
  'run-2.test.js': `
    useController(failing.Throws, { scope: 'run' }); test('one', () => {});`,
  'own-class.test.js': `
    class Here extends require('jest-controller').Controller { factory() { return {}; } }
    useController(Here); test('one', () => {});`,
  'each.test.js': `
    describe('throws', () => { useController(failing.Throws, { scope: 'test' }); test('one', () => {}); });
    describe('waits', () => { useController(failing.Waits, { scope: 'test', readyTimeout: 1000 }); test('one', () => {}); });`,
  'inside.test.js': `
    test('by hand', async () => { await new failing.Throws().start(); });
    describe('again', () => {
      const flag = require('node:path').join(__dirname, 'flag');
      const twice = useController(failing.Twice, { data: flag });
      test('restarts', async () => { require('node:fs').writeFileSync(flag, ''); await twice.restart(); });
      test('hides it', async () => { await twice.restart().catch(() => {}); throw new Error('something else'); });
    });`,
  'docblock-output.test.js': `
    /**
     * @jest-environment-options { "controllers": { "api": { "module": "./failures.js", "export": "Throws" } } }
     */
    test('never runs', () => {});`,
  'docblock-limit.test.js': `
    /**
     * @jest-environment-options { "controllers": { "api": { "module": "./failures.js", "export": "Waits", "readyTimeout": 1000 } } }
     */
    test('never runs', () => {});`,
  'unknown-option.test.js': `
    useController(failing.Chatty, { readyTimout: 5 });
    test('never runs', () => {});`,
  'wrong-option.test.js': `
    useController(failing.Chatty, { readyTimeout: -1 });
    test('never runs', () => {});`,
  'wrong-argument.test.js': `
    test('by hand', () => { new failing.Chatty('127.0.0.1', -1); });`,
  'configured-option.test.js': `
    /**
     * @jest-environment-options { "controllers": { "api": { "module": "./failures.js", "prot": 80 } } }
     */
    test('never runs', () => {});`,
  'configured-module.test.js': `
    /**
     * @jest-environment-options { "controllers": { "api": "./failure.js" } }
     */
    test('never runs', () => {});`,
  'configured-mocks.test.js': `
    /**
     * @jest-environment-options { "controllers": { "api": { "module": "./failures.js", "export": "Chatty", "mocks": null } } }
     */
    test('never runs', () => {});`,
  'configured-list.test.js': `
    /**
     * @jest-environment-options { "controllers": ["./failures.js"] }
     */
    test('never runs', () => {});`,
  'much.test.js': `
    const chatty = useController(failing.Chatty);
    test('few', async () => { await chatty.remote.count(100); throw new Error('mine'); });
    test('many', async () => { await chatty.remote.count(4000); throw new Error('mine'); });`,
};

let files: JestProject;
let outcome: JestOutcome;

beforeAll(async () => {
  const withHead = Object.entries(FILES).map(([name, text]) => {
    const code = text.trimStart();
    return [name, !name.endsWith('.test.js') ? code : code.startsWith('/**') ? code.replace('*/', `*/${HEAD}`) : `${HEAD}\n${code}`];
  });
  files = await project(Object.fromEntries(withHead) as Record<string, string>);
  outcome = await runJest(files, { args: ['--maxWorkers=2'] });
});

afterAll(async () => {
  await files.remove();
});

/** The only failure of a test. */
function failure(file: string, name: string): string {
  const { failures } = outcome.test(file, name);
  expect(failures).toHaveLength(1);
  return failures[0] ?? '';
}

/** How often a line of output is shown. */
function count(text: string, line: string): number {
  return text.split('\n').filter((shown) => shown.trim() === `| ${line}`).length;
}

describe('the last output before a start failed', () => {
  test.each([
    ['throws one', 'Throws', 'asking the database'],
    ['throws two', 'Throws', 'asking the database'],
    ['throws one', 'Throws', 'no end'],
    ['nothing one', 'Nothing', 'forgot it'],
    ['crashes one', 'Crashes', 'soon'],
    ['exits one', 'Exits', 'leaving'],
    ['waits one', 'Waits', 'waiting'],
    ['refused one', 'Refused', 'binding'],
  ])('is shown once: %s', (name, controller, line) => {
    const shown = failure('block.test.js', name);
    expect(shown).toContain(`Last output of ${controller}:`);
    expect(count(shown, line)).toBe(1);
  });

  test('says of an object that it was started already, where its port is in use', () => {
    expect(failure('block.test.js', 'started one')).toMatch(/listen EADDRINUSE[^]*Last output of StartedAlready:[^]*started already/);
  });

  test('is shown with a start for each test', () => {
    expect(count(failure('each.test.js', 'throws one'), 'asking the database')).toBe(1);
    expect(count(failure('each.test.js', 'waits one'), 'waiting')).toBe(1);
  });

  test('is shown by each file that shares the server of the run', () => {
    for (const file of ['run-1.test.js', 'run-2.test.js']) expect(count(failure(file, 'one'), 'asking the database')).toBe(1);
  });

  test('is shown with a start in the middle of a test', () => {
    expect(count(failure('inside.test.js', 'by hand'), 'asking the database')).toBe(1);
    expect(count(failure('inside.test.js', 'again restarts'), 'second time')).toBe(1);
  });

  test('is shown with the failure of a test that hides the error of the start', () => {
    expect(count(failure('inside.test.js', 'again hides it'), 'second time')).toBe(1);
  });

  test('is shown with a file whose configured controller fails', () => {
    expect(count(outcome.fileFailure('docblock-output.test.js'), 'asking the database')).toBe(1);
  });

  test('is shown once where no frame is the user’s, and none is shown', () => {
    const shown = outcome.fileFailure('docblock-limit.test.js');
    expect(count(shown, 'waiting')).toBe(1);
    expect(shown.match(/Last output of api/g)).toHaveLength(1);
    expect(shown).not.toMatch(/^\s+at /m);
  });

  test('is not shown of a server that shall be silent', () => {
    expect(failure('block.test.js', 'silent one')).not.toContain('asking the database');
  });

  test('leaves the code frame to the line that threw', () => {
    expect(outcome.output).toMatch(/> 4 \|.*throw new TypeError\('no kitchen'\)/);
  });

  test('leaves the code frame to the line that called process.exit()', () => {
    expect(outcome.output).toMatch(/> 13 \|.*process\.exit\(3\)/);
  });
});

describe('the line of the test that asked for the start', () => {
  test('comes before those of Jest, of which the first would be shown', () => {
    const [first] = /^\s+at .*/m.exec(failure('own-class.test.js', 'one')) ?? [];
    expect(first).toMatch(/own-class\.test\.js:3:/);
  });

  test.each([
    ['throws one', 2],
    ['nothing one', 3],
    ['crashes one', 4],
    ['exits one', 5],
    ['waits one', 6],
    ['refused one', 7],
  ])('is in the stack: %s', (name, line) => {
    expect(failure('block.test.js', name)).toMatch(new RegExp(String.raw`\n\s+at .*block\.test\.js:${String(line)}:`));
  });

  test('names what was called, of a module without a class', () => {
    expect(failure('block.test.js', 'pending one')).toContain(
      'pending was not ready in time: the function that its module exports, or the factory() of the class, had not returned a server (its promise',
    );
  });

  test.each(['Nothing', 'Waits', 'Refused'])('has the code frame where the server has no line of its own: %s', (name) => {
    expect(outcome.output).toMatch(new RegExp(String.raw`> +\d+ \|.*useController\(failing\.${name}\b`));
  });

  test('is that of useControllers', () => {
    expect(failure('together.test.js', 'several one')).toMatch(/\n\s+at .*together\.test\.js:3:/);
  });

  test('is there for a fresh server of each test', () => {
    expect(failure('each.test.js', 'throws one')).toMatch(/\n\s+at .*each\.test\.js:2:/);
  });
});

test('a thrown value that is no error comes with the name of the controller', () => {
  expect(failure('block.test.js', 'text one')).toContain("CrashesOddly threw something that is no Error: 'just text' (string)");
});

test('a module to preload that is not there is named with the option, and the line that asked for it', () => {
  const shown = failure('block.test.js', 'preload one');
  expect(shown).toMatch(/^ModuleLoadError: The module '\.\/nowhere' of the option `preload` was not found from \S+failures\.js/);
  expect(shown).toMatch(/\n\s+at .*block\.test\.js:9:/);
});

test.each(['module', 'script', 'inner'])('TypeScript that no transform touches is a ModuleLoadError that says so: %s', (name) => {
  const shown = failure('typescript.test.js', `${name} one`);
  // Newer Nodes take types out, which is not enough for these.
  expect(shown).toMatch(
    stripsTypes
      ? /^ModuleLoadError: jest: failed to strip TypeScript types from \S+typed\S*\.ts[^]*Configure a `transform`/
      : /^ModuleLoadError: Syntax error: [^]*No `transform` of Jest's configuration applies to \S+typed\S*\.ts, so Node gets its TypeScript as it is\./,
  );
});

describe('a wrong option', () => {
  test('is shown where useController got it, with what was meant', () => {
    const shown = outcome.fileFailure('unknown-option.test.js');
    expect(shown).toMatch(/> 2 \|\s+useController\(failing\.Chatty, \{ readyTimout: 5 \}\)/);
    expect(shown).toMatch(
      /Expected options among .*hostname, port, export, scope, got `readyTimout` \(number\)\. Did you mean `readyTimeout`\?/,
    );
    expect(outcome.fileFailure('wrong-option.test.js')).toMatch(/> 2 \|\s+useController\(failing\.Chatty, \{ readyTimeout: -1 \}\)/);
  });

  test('is shown where a constructor got it', () => {
    expect(outcome.output).toMatch(/> 2 \|\s+test\('by hand', \(\) => \{ new failing\.Chatty\('127\.0\.0\.1', -1\)/);
  });

  test('of a configured controller comes with what was meant', () => {
    expect(outcome.fileFailure('configured-option.test.js')).toMatch(
      /Expected options of `controllers\.api` among .*got `prot` \(number\)\. Did you mean `port`\?/,
    );
  });
});

test.each([
  ['configured-mocks.test.js', /InvalidOptionError: Expected `mocks` to be an object of the modules that replace others, .*, got null\./],
  [
    'configured-list.test.js',
    /InvalidOptionError: Expected `testEnvironmentOptions\.controllers` to be an object of modules, got \[ '\.\/failures\.js' \]/,
  ],
])('a configured value of another type is refused by its option: %s', (file, expected) => {
  expect(outcome.fileFailure(file)).toMatch(expected);
});

test('a configured module that is not there is named, with its controller and where it was looked for', () => {
  const shown = outcome.fileFailure('configured-module.test.js');
  expect(shown).toMatch(
    /The module '\.\/failure\.js' of `controllers\.api` was not found from the test file .*configured-module\.test\.js\. Correct/,
  );
  expect(shown).not.toContain('file-controllers');
});

describe('the output of a failing test', () => {
  test('is whole where it is short', () => {
    const shown = failure('much.test.js', 'few');
    expect(count(shown, 'line 1.')).toBe(1);
    expect(shown).not.toContain('earlier line');
  });

  test('is the last lines where it is long, and how many came before', () => {
    const shown = failure('much.test.js', 'many');
    expect(count(shown, 'line 3900.')).toBe(0);
    expect(count(shown, 'line 3901.')).toBe(1);
    expect(count(shown, 'line 4000.')).toBe(1);
    expect(shown).toContain('… 3,900 earlier lines');
  });
});
