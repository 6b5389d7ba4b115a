/**
 * @jest-environment jest-controller/environment
 */
import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { Controller, FactoryError, ModuleLoadError, ServerCrashedError, type ControllerOptions } from 'jest-controller';
import { describeEveryLoop } from '../loop/loops';
import { ExitsOnLoad } from '../fixtures/controllers/exits-on-load';
import * as factories from '../fixtures/controllers/factories';
import { classes } from '../fixtures/controllers/not-exported';
import { ThrowsOnLoad } from '../fixtures/controllers/throws-on-load';
import { temporaryFolder } from '../temporary';
import { echoed, freePort } from './clients';
import { besideServer, maker, rejection } from './made';

const FIXTURES = path.join(__dirname, '..', 'fixtures', 'controllers');

/** A class that claims to live in some other file. */
function claiming(file: string, name: string): new (hostname?: string, port?: number, options?: ControllerOptions) => Controller {
  const Claiming = class extends Controller {
    static override readonly module = path.resolve(FIXTURES, file);
    factory() {
      return {};
    }
  };
  Object.defineProperty(Claiming, 'name', { value: name });
  return Claiming;
}

/** Kept out of the repository, whose tools would stumble over it. */
function wrongSyntax(): string {
  const file = path.join(temporaryFolder(), 'wrong-syntax.cjs');
  writeFileSync(file, 'exports.WrongSyntax = class {;');
  return file;
}

describeEveryLoop('a factory', (kind) => {
  const make = maker(() => kind.make());

  test('that returns nothing is told so', async () => {
    for (const [Class, shown] of [
      [factories.ReturnsUndefined, 'undefined'],
      [factories.ReturnsNull, 'null'],
    ] as const) {
      const error = await rejection(make(Class).start());
      expect(error).toBeInstanceOf(FactoryError);
      expect(error.code).toBe('ERR_FACTORY');
      expect(error.message).toContain(`factory() of ${Class.name} returned nothing (${shown})`);
    }
  });

  test('that returns no server is told what would be one', async () => {
    for (const [Class, shown] of [
      [factories.ReturnsNumber, '42 (number)'],
      [factories.ReturnsPlainObject, "colour: 'red'"],
    ] as const) {
      const error = await rejection(make<Controller>(Class).start());
      expect(error).toBeInstanceOf(FactoryError);
      expect(error.message).toContain(shown);
      expect(error.message).toContain('http2 server');
      expect(error.message).toContain('request listener');
    }
  });

  test.each([
    ['makes a server, instead of calling it', factories.ReturnsFunctionThatMakes, /^createApp\(\) was taken .* returning a server\./],
    ['answers by a Response', factories.ReturnsFetch, /^fetch\(\) was taken .* a Response, .* \{ fetch: handler \}/],
  ] as const)('that returns a function that %s is told so at the first request', async (_what, Class, message) => {
    const controller = await make<Controller>(Class).start();
    const crashed = once(controller, 'crashed');
    await expect(fetch(controller.url)).rejects.toThrow('fetch failed');
    const [error] = (await crashed) as [Error];
    expect(error).toBeInstanceOf(FactoryError);
    expect(error.message).toMatch(message);
  });

  test('that returns a function which fails by the request that it gets in place of its settings is told so in the output', async () => {
    const controller = await make<Controller>(factories.ReturnsFunctionThatFails).start();
    const crashed = once(controller, 'crashed');
    await expect(fetch(controller.url)).rejects.toThrow('fetch failed');
    expect(await crashed).toMatchObject([{ name: 'TypeError', message: expect.stringContaining('join') }]);
    expect(controller.logs.map(({ text }) => text).join('\n')).toMatch(
      /createApi\(\) was taken for a request listener, .* `settings` and `_token` were the request and the response\. .* as `data`/,
    );
  });

  test.each([factories.KeepsParameter, factories.InheritsKeptParameter])(
    'of a class whose constructor keeps a parameter is not asked',
    async (Class) => {
      const error = await rejection(new Class('hello').start());
      expect(error).toMatchObject({
        code: 'ERR_USAGE',
        message: expect.stringMatching(/keeps `greeting` to itself.* give what else is needed as `data`/),
      });
    },
  );

  test('may return a promise', async () => {
    const controller = await make(factories.ReturnsPromise).start();
    expect(await echoed(controller.port)).toBe('hello');
  });

  test('that throws rejects start with that very error', async () => {
    const error = await rejection(make(factories.Throws).start());
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ name: 'TypeError', message: 'no kitchen', code: 'E_KITCHEN', errno: -7 });
    expect(error.cause).toBeInstanceOf(RangeError);
    expect(error.cause).toMatchObject({ message: 'no gas' });
    expect(error.stack).toMatch(/factories\.ts:\d+:\d+/);
    await expect(make(factories.Throws).start()).rejects.toThrow(TypeError);
  });

  test.each([
    ['beforeEach', factories.RegistersHook, 'is for the test to do'],
    ['jest', factories.MakesDouble, '`fn` and `spyOn`'],
  ] as const)('that wants `%s` is told that it is there in test files only', async (name, Class, remedy) => {
    const error = await rejection(make(Class).start());
    expect(error).toMatchObject({ name: 'ReferenceError', message: `${name} is not defined` });
    expect(error.stack).toContain(`\`${name}\` is Jest's, which has it in test files only`);
    expect(error.stack).toContain(remedy);
  });

  test("has its error's place in the TypeScript source", async () => {
    const { stack = '' } = await rejection(make(factories.Throws).start());
    const line = Number(/factories\.ts:(\d+)/.exec(stack)?.[1]);
    const source = readFileSync(path.join(FIXTURES, 'factories.ts'), 'utf8').split('\n');
    expect(source[line - 1]).toContain("new TypeError('no kitchen'");
  });

  test('that rejects does the same', async () => {
    const error = await rejection(make(factories.Rejects).start());
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ message: 'no kitchen', code: 'E_KITCHEN' });
  });

  test("keeps name and fields of the user's own classes, and the parts of an AggregateError", async () => {
    expect(await rejection(make(factories.ThrowsOwnClass).start())).toMatchObject({
      name: 'KitchenError',
      message: 'cold',
      dish: { name: 'soup', parts: new Set(['salt']) },
    });
    const both = (await rejection(make(factories.ThrowsAggregate).start())) as AggregateError;
    expect(both).toBeInstanceOf(AggregateError);
    expect(both.errors[0]).toBeInstanceOf(SyntaxError);
    expect(both.errors[1]).toBeInstanceOf(URIError);
  });

  // Node keeps ten frames, Jest a hundred for tests: below ten of a framework's, the user's own line would be missing.
  test('that throws from deep below keeps its own frame, as an error of the test would', async () => {
    const { stack } = await rejection(make(factories.ThrowsDeeply).start());
    expect(stack).toContain('at ThrowsDeeply.factory');
  });

  test('that throws no error is wrapped, the value shown', async () => {
    const cases = [
      [factories.ThrowsString, "'just text' (string)", 'just text'],
      [factories.ThrowsNull, 'null', null],
      [factories.ThrowsObjectWithFunction, "dish: 'soup'", expect.anything()],
    ] as const;
    for (const [Class, shown, thrownValue] of cases) {
      const error = await rejection(make(Class).start());
      expect(error).toBeInstanceOf(Error);
      expect(error.message).toContain(`${Class.name} threw something that is no Error: `);
      expect(error.message).toContain(shown);
      if (Class !== factories.ThrowsObjectWithFunction) expect(error).toMatchObject({ thrownValue });
    }
  });

  test('of a class whose constructor throws fails with that', async () => {
    expect(await rejection(make(factories.ThrowsInConstructor, besideServer()).start())).toBeInstanceOf(EvalError);
  });

  test('may return a server that listens already: it is adopted with its real address', async () => {
    const controller = await make(factories.ReturnsListening).start();
    expect(controller.port).toBeGreaterThan(0);
    expect(await echoed(controller.port)).toBe('hello');
  });

  test('that returns a server at another place than was asked for is refused, both named', async () => {
    const port = await freePort();
    const error = await rejection(make(factories.ReturnsListening, { port }).start());
    expect(error).toBeInstanceOf(FactoryError);
    expect(error.message).toMatch(/^factory\(\) of ReturnsListening: /);
    expect(error.message).toContain(`port ${port.toString()} was asked for`);
    expect(error.message).toContain('Have factory() give it `this.hostname` and `this.port`');
    expect(error.message).toMatch(/listens at hostname 127\.0\.0\.1 and port \d+/);
    const elsewhere = await rejection(make(factories.ReturnsListening, { hostname: '::1' }).start());
    expect(elsewhere).toBeInstanceOf(FactoryError);
    expect(elsewhere.message).toContain('::1');
  });

  test('that returns a server on all interfaces is refused beside a hostname, and told how to give none', async () => {
    const error = await rejection(make(factories.ReturnsListeningEverywhere, { hostname: '127.0.0.1' }).start());
    expect(error).toBeInstanceOf(FactoryError);
    expect(error.message).toContain('listens at hostname 0.0.0.0');
    expect(error.message).toContain('with `new`, `undefined` as its hostname and 0 as its port');
    const controller = await new factories.ReturnsListeningEverywhere(undefined, 0, { loop: kind.make() }).start();
    expect(await echoed(controller.port)).toBe('hello');
    await controller.stop();
  });

  test('that returns a closed server gets it to listen again', async () => {
    const controller = await make(factories.ReturnsClosed).start();
    expect(await echoed(controller.port)).toBe('hello');
  });
});

describeEveryLoop('a module', (kind) => {
  const make = maker(() => kind.make());

  test('that throws while loading rejects start with that very error', async () => {
    const error = await rejection(make(ThrowsOnLoad, besideServer()).start());
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ message: 'no module today', code: 'E_TODAY' });
    expect(error.stack).toMatch(/throws-on-load\.ts:4/);
  });

  test.each([0, '3'])('that calls process.exit(%j) while loading says so, at once', async (code) => {
    const exiting = make(ExitsOnLoad, besideServer({ EXIT_CODE: JSON.stringify(code) }));
    const error = await rejection(exiting.start());
    expect(error).toBeInstanceOf(ServerCrashedError);
    expect(error).toMatchObject({ code: 'ERR_SERVER_CRASHED', exitCode: Number(code) });
    expect(error.message).toContain(`exited with code ${code.toString()} before it was ready`);
    // The first frame is the line that called it.
    expect(error.stack).toMatch(/process\.exit\(\) was called where the stack below begins\.[^]*?at .*exits-on-load\.ts:4:\d+\)?/);
    expect(exiting.state).toBe('stopped');
  });

  test('that is not there, is no code, or lacks the class fails in ways of their own', async () => {
    const errors = await Promise.all(
      [
        claiming('nowhere.ts', 'Missing'),
        claiming(wrongSyntax(), 'WrongSyntax'),
        claiming('echo.ts', 'NoSuchClass'),
        claiming('exports-no-controller.ts', 'NoController'),
      ].map((Class) => rejection(make(Class).start())),
    );
    for (const error of errors) expect(error).toBeInstanceOf(ModuleLoadError);
    expect(errors.map(({ code }) => code)).toStrictEqual(Array(4).fill('ERR_MODULE_LOAD'));
    const [missing, syntax, absent, wrong] = errors.map(({ message }) => message);
    expect(missing).toContain('nowhere.ts');
    expect(syntax).toContain('wrong-syntax.cjs');
    expect(absent).toMatch(/exports no class NoSuchClass.*EchoController/);
    expect(wrong).toContain('is no controller');
  });

  test('that exports the class nowhere says so', async () => {
    expect(await rejection(make(classes[0]).start())).toMatchObject({
      code: 'ERR_MODULE_LOAD',
      message: expect.stringContaining('Hidden'),
    });
  });

  test('that is the test file itself is refused before any thread', async () => {
    class InTheTestFile extends Controller {
      factory() {
        return {};
      }
    }
    const local = make(InTheTestFile);
    const starting = local.start();
    expect(local.loop.number).toBeNull();
    expect(await rejection(starting)).toMatchObject({ code: 'ERR_MODULE_LOAD', message: expect.stringContaining('InTheTestFile') });
  });
});
