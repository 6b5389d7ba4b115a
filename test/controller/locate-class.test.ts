/**
 * @jest-environment jest-controller/environment
 */
import { expect, jest, test } from '@jest/globals';
import { Controller } from 'jest-controller';
import { DefaultExport, Emitter, Renamed } from '../fixtures/controllers/barrel';
import { Inherits, Placed } from '../fixtures/controllers/subclass';
import { TARGET } from '../../src/controller/internals';
import type { ModuleTarget } from '../../src/protocol/messages';
import { Registered } from '../fixtures/controllers/named-otherwise';
import { classes } from '../fixtures/controllers/not-exported';
import { echoed } from './clients';
import { maker } from './made';
import { ThreadLoop } from 'jest-controller';

const make = maker(() => new ThreadLoop());

function target(controller: object): ModuleTarget {
  return (controller as { [TARGET](): ModuleTarget })[TARGET]();
}

test('a class that a barrel exports again is found where it was written', () => {
  expect(target(new Renamed())).toMatchObject({ file: expect.stringMatching(/echo\.ts$/), export: 'EchoController' });
  expect(target(new Emitter())).toMatchObject({ file: expect.stringMatching(/events\.ts$/), export: 'Emitter' });
});

test('a class without a name is found by the name of its export', async () => {
  const controller = make(DefaultExport);
  expect(target(controller)).toMatchObject({ file: expect.stringMatching(/default-export\.ts$/), export: 'default' });
  await controller.start();
  expect(await echoed(controller.port, '')).toBe('default');
});

test('a class with a static member `name` of its own goes by the name that is written', async () => {
  const controller = make(Registered);
  expect(target(controller)).toStrictEqual({
    file: expect.stringMatching(/named-otherwise\.ts$/),
    form: 'class',
    className: 'Registered',
    export: 'Registered',
  });
  await controller.start();
  expect(await echoed(controller.port, '')).toBe('registered');
  await expect((controller.remote as unknown as { other(): Promise<void> }).other()).rejects.toThrow('Registered has no member "other"');
});

test('a class may say where it is, by a path or a URL', async () => {
  const placed = make(Placed);
  expect(target(placed)).toMatchObject({ file: expect.stringMatching(/subclass\.ts$/), className: 'Placed' });
  await placed.start();
  expect(await placed.remote.place()).toBe('placed');
});

test('what it says does not hold for its subclasses', async () => {
  const inherits = await make(Inherits).start();
  expect(await inherits.remote.place()).toBe('inherits');
});

test('a class is found after jest.resetModules(), and inside isolateModules', async () => {
  let Isolated: typeof Emitter | undefined;
  jest.isolateModules(() => {
    ({ Emitter: Isolated } = jest.requireActual<typeof import('../fixtures/controllers/events')>('../fixtures/controllers/events'));
  });
  if (Isolated === undefined) throw new Error('The class was not loaded.');
  expect(Isolated).not.toBe(Emitter);
  const isolated = await make(Isolated).start();
  expect(await isolated.remote.isAborted()).toBe(false);
  jest.resetModules();
  const late = await make(Renamed).start();
  expect(await echoed(late.port)).toBe('hello');
});

test('the search for a class reads no accessor but those that compilers write', () => {
  const exported = jest.requireActual<{ reads: number }>('../fixtures/controllers/getter-export.cjs');
  const [Hidden] = classes;
  expect(target(new Hidden())).toMatchObject({ file: expect.stringMatching(/not-exported\.ts$/), className: 'Hidden' });
  expect(exported.reads).toBe(0);
});

test('the search for a class that is exported by its name reads no default export of others', () => {
  jest.isolateModules(() => {
    const { Emitter: Isolated } = jest.requireActual<typeof import('../fixtures/controllers/events')>('../fixtures/controllers/events');
    const exported = jest.requireActual<{ countReads(): number }>('../fixtures/controllers/getter-default.cjs');
    expect(target(new Isolated())).toMatchObject({ file: expect.stringMatching(/events\.ts$/), export: 'Emitter' });
    expect(exported.countReads()).toBe(0);
  });
});

test('instanceof holds', () => {
  expect(new Placed()).toBeInstanceOf(Controller);
  expect(new Placed()).toBeInstanceOf(Renamed);
  expect(new Placed()).not.toBeInstanceOf(Emitter);
  expect({}).not.toBeInstanceOf(Controller);
});
