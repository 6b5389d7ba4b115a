const { once } = require('node:events');
const { afterEach, describe, expect, jest: mocks, test } = require('@jest/globals');
const { connect } = require('node:net');
const { ProcessLoop, ThreadLoop, ServerCrashedError, useController } = require('jest-controller');
const { EchoController } = require('./echo.controller');

async function echoed(port, text) {
  const client = connect(port, '127.0.0.1');
  client.write(text);
  const [data] = await once(client, 'data');
  client.destroy();
  return data.toString();
}

const app = useController(() => import('./app'));
const echo = useController(EchoController);

test('an application as it is answers', async () => {
  expect(await (await fetch(`${app.url}/users`)).text()).toBe('you asked for /users');
});

test('a configured one answers', async () => {
  expect(await (await fetch(globalThis.controllers.configured.url)).text()).toBe('you asked for /');
});

test('a controller answers', async () => {
  expect(await echoed(echo.port, 'hello')).toBe('hello');
  expect(await echo.remote.add(1, 2)).toBe(3);
  expect(echo.remoteSync.add(1, 2)).toBe(3);
});

describe.each([
  ['thread', () => new ThreadLoop()],
  ['process', () => new ProcessLoop()],
])('on a %s', (_kind, newLoop) => {
  const made = [];
  const make = (options) => {
    const controller = new EchoController(undefined, undefined, { loop: newLoop(), leaks: 'ignore', ...options });
    made.push(controller);
    return controller;
  };
  afterEach(() => Promise.all(made.splice(0).map((controller) => controller.stop())));

  test('it starts and stops, and again', async () => {
    const controller = await make().start();
    const { port } = controller;
    expect(await echoed(port, 'hello')).toBe('hello');
    expect(await controller.stop()).toMatchObject({ forced: false, timers: [], handles: [] });
    await expect(echoed(port, 'x')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await controller.start();
    expect(await echoed(controller.port, 'again')).toBe('again');
  });

  test('it starts and stops blocking', () => {
    const controller = make().startSync();
    expect(controller.remoteSync.add(2, 2)).toBe(4);
    controller.stopSync();
    expect(controller.state).toBe('stopped');
  });

  test('values and errors are native', async () => {
    const controller = await make().start();
    const callback = mocks.fn(() => 'done');
    expect(await controller.remote.callBack(callback)).toBe('done');
    expect(callback).toHaveBeenCalledWith(new Map([['key', new Date(0)]]));
    await expect(controller.remote.fail()).rejects.toThrow(RangeError);
  });

  test('a crash is told', async () => {
    const controller = await make().start();
    const crashed = once(controller, 'crashed');
    await controller.remote.throwSoon().catch(() => undefined);
    const [error] = await crashed;
    expect(error).toBeInstanceOf(TypeError);
    await expect(controller.remote.add(1, 2)).rejects.toBeInstanceOf(ServerCrashedError);
  });

  test('a server that spins is ended', async () => {
    const controller = await make({ stopTimeout: 50 }).start();
    await controller.remote.spin();
    expect(await controller.stop()).toMatchObject({ forced: true, rung: 'terminated' });
  });

  test('a port in use is told at once', async () => {
    const controller = new EchoController('127.0.0.1', echo.port, { loop: newLoop() });
    await expect(controller.start()).rejects.toMatchObject({ code: 'EADDRINUSE', port: echo.port });
  });
});
