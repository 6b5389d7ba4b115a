import { describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Controller, FactoryError, ModuleLoadError } from 'jest-controller';
import { pickExport } from '../../src/host/start/pick-export';
import { thrown } from '../controller/made';
import { warnings } from '../server/adapted';

const FILE = '/project/app.js';

class App extends Controller {
  factory() {
    return {};
  }
}

const listener = (_request: unknown, _response: unknown): void => undefined;
const server = { listen: () => undefined, close: () => undefined };

function pickModule(exported: unknown, name?: string): unknown {
  const picked = pickExport(exported, { file: FILE, form: 'module', export: name });
  return picked.kind === 'class' ? picked.Class : picked.make();
}

describe('a module that is given by a thunk', () => {
  test('that exports nothing, and listens by itself, is told what to export', async () => {
    expect(thrown(() => pickModule({}))).toMatchObject({ message: expect.stringContaining(' exports nothing. Export') });
    const started = createServer().listen(0, '127.0.0.1');
    await once(started, 'listening');
    expect(thrown(() => pickModule({}))).toMatchObject({
      message: expect.stringContaining('exports nothing, though it has made a server listen.'),
    });
    await once(started.close(), 'close');
  });

  test.each([
    ['its default export', { __esModule: true, default: server, other: 1 }, server],
    ['its only export', { __esModule: true, app: server }, server],
    ['the only export of plain CommonJS', { app: server }, server],
    ['what CommonJS exports as one thing', server, server],
    ['what the only function of plain CommonJS makes, called start', { start: () => server }, server],
    ['a listener of two parameters', { default: listener }, listener],
    ['a function of none, called', { default: () => server }, server],
    ['a controller class', { default: App }, App],
    ['the default inside a default, as an import of CommonJS gives it', { default: { __esModule: true, default: server } }, server],
  ])('is %s', (_what, exported, expected) => {
    expect(pickModule(exported)).toBe(expected);
  });

  test.each([
    ['a function', { default: function startServer() {} }, undefined, { subject: `startServer() of ${FILE}`, verb: 'returned' }],
    [
      'a function without a name',
      {
        default: (
          () => () =>
            undefined
        )(),
      },
      undefined,
      { subject: `The exported function of ${FILE}`, verb: 'returned' },
    ],
    ['anything else', { default: 5 }, undefined, { subject: `The main export of ${FILE}`, verb: 'is' }],
    ['an export that was chosen', { app: {} }, 'app', { subject: `The export 'app' of ${FILE}`, verb: 'is' }],
  ])('is named in messages as %s', (_what, exported, name, source) => {
    const picked = pickExport(exported, { file: FILE, form: 'module', export: name });
    expect(picked.kind === 'make' ? picked.source() : undefined).toStrictEqual(source);
  });

  test('is the export that was chosen', () => {
    expect(pickModule({ __esModule: true, default: 1, admin: server }, 'admin')).toBe(server);
    expect(pickModule({ default: { admin: server } }, 'admin')).toBe(server);
  });

  test('is the function itself where an application is one', () => {
    const express = Object.assign((_request: unknown): void => undefined, { handle: () => undefined, use: () => undefined });
    expect(pickModule({ default: express })).toBe(express);
  });

  test('with a function of one parameter is asked what that is', () => {
    const error = thrown(() => pickModule({ default: (_options: unknown) => server }));
    expect(error).toBeInstanceOf(FactoryError);
    expect(error.message).toContain('one parameter');
    expect(error.message).toContain(FILE);
  });

  test('with a function that fails when it is called with nothing, and may answer requests, says that it was called', async () => {
    const warn = warnings();
    const error = new TypeError('Cannot read properties of undefined');
    const fail = (..._request: unknown[]): never => {
      throw error;
    };
    expect(thrown(() => pickModule({ default: fail }))).toBe(error);
    await expect(pickModule({ default: async (...request: unknown[]) => Promise.resolve(request).then(fail) })).rejects.toBe(error);
    const told = [expect.stringContaining(`The main export of ${FILE} names no parameters, so it was called without any`)];
    expect(warn.mock.calls).toEqual([told, told]);
  });

  test('with a function that can only make the server fails with its error alone', () => {
    const warn = warnings();
    const error = new RangeError('no database');
    const make = (): never => {
      throw error;
    };
    expect(thrown(() => pickModule({ default: make }))).toBe(error);
    expect(thrown(() => pickModule({ default: (..._plugins: unknown[]) => make() }))).toBe(error);
    expect(thrown(() => pickModule({ default: () => [...(undefined as unknown as [])] }))).toBeInstanceOf(TypeError);
    expect(pickModule({ default: (...plugins: unknown[]) => ({ ...server, plugins }) })).toMatchObject({ plugins: [] });
    expect(warn.mock.calls).toEqual([]);
  });

  test('with several exports and no default is asked for one of them', () => {
    const error = thrown(() => pickModule({ __esModule: true, app: server, admin: server }));
    expect(error).toBeInstanceOf(ModuleLoadError);
    expect(error.message).toContain('app, admin');
  });

  test('with functions alone, one called start, is asked for one of them', () => {
    const error = thrown(() => pickModule({ init: () => server, start: () => server }));
    expect(error).toBeInstanceOf(ModuleLoadError);
    expect(error.message).toContain("{ export: 'init' }");
  });

  test('that starts its parts is one thing', () => {
    const app = { start: () => undefined, app: server };
    expect(pickModule(app)).toBe(app);
  });

  test.each([
    ['a server of Node before what else has a listen', { engine: server, http: createServer() }, 'http'],
    ['a server before its settings', { host: '::', port: 1, log: () => undefined, server }, 'server'],
    [
      'a function where there is no such',
      { host: '::', options: {}, handler: (_event: unknown) => undefined, startServer: () => server },
      'startServer',
    ],
    ['what comes first where nothing is likely', { host: '::', port: 1 }, 'host'],
  ])('is told of %s as the one to choose', (_what, exports, likeliest) => {
    expect(thrown(() => pickModule({ __esModule: true, ...exports })).message).toContain(`{ export: '${likeliest}' }`);
  });

  test('without an export, without that export, or with a class that is none', () => {
    for (const work of [
      () => pickModule({ __esModule: true }),
      () => pickModule({ __esModule: true, app: server }, 'api'),
      () => pickModule({ default: class Plain {} }),
    ]) {
      const error = thrown(work);
      expect(error).toBeInstanceOf(ModuleLoadError);
      expect(error).toMatchObject({ code: 'ERR_MODULE_LOAD', message: expect.stringContaining(FILE) });
    }
  });
});

describe('a class', () => {
  const pickClass = (exported: unknown, name?: string): unknown => {
    const picked = pickExport(exported, { file: FILE, form: 'class', className: 'App', export: name });
    return picked.kind === 'class' ? picked.Class : undefined;
  };

  test.each([
    ['under its name', { App, Other: 1 }],
    ['as default', { default: App }],
    ['as the module itself', App],
    ['inside the default of an import of CommonJS', { default: { App } }],
  ])('is found %s', (_where, exported) => {
    expect(pickClass(exported)).toBe(App);
  });

  test('is found under the name that it was exported by', () => {
    expect(pickClass({ Renamed: App }, 'Renamed')).toBe(App);
  });

  test('is found under another name where only one has its own', () => {
    expect(pickClass({ Other: Controller, Renamed: App })).toBe(App);
    const made = { App: (() => class extends App {})() };
    const picked = pickExport(made, { file: FILE, form: 'class', className: '' });
    expect(picked).toStrictEqual({ kind: 'class', Class: made.App });
  });

  test('without a name, of which there are several or none, is asked for one', () => {
    const make = (): typeof App => class extends App {};
    const pick = (exported: object): Error => thrown(() => pickExport(exported, { file: FILE, form: 'class', className: '' }));
    expect(pick({ One: make(), Two: make() }).message).toContain(
      'exports 2 classes without a name, and it is unclear which is meant; it exports One, Two.',
    );
    expect(pick({ make }).message).toContain('exports no class without a name; it exports make.');
  });

  test('that is not there, or is no controller, says so', () => {
    expect(thrown(() => pickClass({ Other: Controller }))).toMatchObject({
      code: 'ERR_MODULE_LOAD',
      message: expect.stringContaining('Other'),
    });
    const wrong = thrown(() => pickClass({ App: class {} }));
    expect(wrong).toMatchObject({ code: 'ERR_MODULE_LOAD', message: expect.stringContaining('no controller') });
  });
});
