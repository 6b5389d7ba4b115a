/**
 * Servers that begin to listen when the start is over: the controller knows nothing of them, and its output says so.
 *
 * @jest-environment jest-controller/environment
 */
import { expect, test } from '@jest/globals';
import { ThreadLoop, type Controller } from 'jest-controller';
import { maker } from '../controller/made';
import { EchoController } from '../fixtures/controllers/echo';
import {
  BindsLate,
  HasAnAddress,
  HasAnotherSocket,
  ReturnsCloserEarly,
  ReturnsSocketsCloserEarly,
  ReturnsSocketsStopEarly,
  ReturnsStop,
  ReturnsStopEarly,
  ReturnsStopInTime,
  StartsLate,
} from '../fixtures/controllers/listens-late';

const make = maker(() => new ThreadLoop());

async function warnings(controller: Pick<Controller, 'stop' | 'logs'>): Promise<string[]> {
  await controller.stop();
  return controller.logs.map(({ text }) => text).filter((text) => text.includes('Warning'));
}

test('an object that has started without an address is told of', async () => {
  const late = await make(StartsLate).start();
  expect(late.url).toBeNull();
  const port = await late.remote.listenNow();
  expect(await warnings(late)).toStrictEqual([
    expect.stringContaining(
      `A server began to listen, at 127.0.0.1:${String(port)}, when factory() of StartsLate was over, so that its controller has no url.`,
    ),
  ]);
});

test('an IPv6 address is told apart from its port', async () => {
  const late = await make(StartsLate).start();
  const port = await late.remote.listenNow('::');
  expect(await warnings(late)).toStrictEqual([expect.stringContaining(`, at [::]:${String(port)}, when`)]);
});

test.each(['early', 'later'] as const)('so is a datagram socket that is bound then, made %s', async (made) => {
  const late = await make(BindsLate).start();
  expect(late.url).toBeNull();
  const port = await late.remote.bindNow(made);
  expect(await warnings(late)).toStrictEqual([
    expect.stringContaining(
      `A server began to listen, at 127.0.0.1:${String(port)}, when factory() of BindsLate was over, so that its controller has no url.`,
    ),
  ]);
});

test('one that Node binds to send with is none', async () => {
  const asked = await make(ReturnsSocketsStopEarly).start();
  const late = await make(BindsLate, { data: { port: asked.port } }).start();
  await late.remote.sendOnly();
  expect(await warnings(late)).toStrictEqual([]);
});

test('a function that was taken for a request listener is told of', async () => {
  const late = await make(ReturnsStop).start();
  expect(late.url).not.toBeNull();
  await late.remote.listenNow();
  expect(await warnings(late)).toStrictEqual([
    expect.stringContaining('when factory() of ReturnsStop was over, and the function that it returned was taken for a request listener.'),
  ]);
});

test.each([
  ['a function', () => make(ReturnsStopEarly)],
  ['an object with close', () => make(ReturnsCloserEarly)],
])('a server that nobody has awaited is known by what ends it: %s', async (_what, made) => {
  const early: Controller = made();
  await early.start();
  expect(await (await fetch(early.url ?? '')).text()).toBe('late');
  expect(await warnings(early)).toStrictEqual([]);
});

test.each([
  ['a function', () => make(ReturnsSocketsStopEarly)],
  ['an object with close', () => make(ReturnsSocketsCloserEarly)],
])('so is a datagram socket that hears messages: %s', async (_what, made) => {
  const early: Controller = made();
  await early.start();
  expect(early.url).toBe(`udp://127.0.0.1:${early.port.toString()}`);
  expect(await early.stop()).toMatchObject({ forced: false, handles: [] });
});

test('a function is not taken for the end of a socket that hears nothing, is not bound, or is bound by Node to send with', async () => {
  const other = await make(HasAnotherSocket).start();
  expect(other.url).toMatch(/^http:/);
});

test('a stop does not wait for one that may never come, and its loop goes on', async () => {
  const loop = new ThreadLoop();
  const neighbour = await make(EchoController, { loop }).start();
  const late = make(ReturnsStop, { loop });
  const starting = expect(late.start()).rejects.toThrow('was stopped in phase');
  await neighbour.idle();
  const { forced } = await late.stop();
  await starting;
  expect({ forced, state: neighbour.state }).toStrictEqual({ forced: false, state: 'running' });
});

test('a controller that has its server may open others, and so may its neighbours', async () => {
  const loop = new ThreadLoop();
  const quiet = await make(HasAnAddress, { loop }).start();
  const late = await make(StartsLate, { loop }).start();
  await quiet.remote.listenNow();
  await make(EchoController, { loop }).start();
  const inTime = await make(ReturnsStopInTime).start();
  await inTime.remote.listenNow();
  expect(await warnings(inTime)).toStrictEqual([]);
  expect(await warnings(quiet)).toStrictEqual([]);
  expect(await warnings(late)).toStrictEqual([]);
});
