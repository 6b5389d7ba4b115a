/**
 * A controller that serves pages, and tests of what a page does with it; for projects with an environment of their own.
 */
export const PAGE_CONTROLLER = `
const { createServer } = require('node:http');
const { WebSocketServer } = require('ws');
const { Controller } = require('jest-controller');

class PageController extends Controller {
  factory() {
    const server = createServer((request, response) => {
      response.setHeader('access-control-allow-origin', '*');
      response.end(JSON.stringify({ url: request.url, origin: request.headers.origin ?? null }));
    });
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(String(data))));
    return { server, sockets };
  }
  days() {
    return new Map([['first', new Date(0)]]);
  }
  fail() {
    throw new RangeError('too far');
  }
  twice(callback) {
    return callback(2).then((value) => value * 2);
  }
}
module.exports = { PageController };
`;

export const PAGE_TEST = `
const { useController } = require('jest-controller');
const { PageController } = require('./page.controller');

const page = useController(PageController);

test('a page asks by synchronous XMLHttpRequest', () => {
  const request = new XMLHttpRequest();
  request.open('GET', page.url + '/sync', false);
  request.send();
  expect(JSON.parse(request.responseText)).toEqual({ url: '/sync', origin: 'http://localhost' });
});

test('a page asks by fetch', async () => {
  const response = await fetch(page.url + '/fetched');
  expect((await response.json()).url).toBe('/fetched');
});

test('a page talks by WebSocket', async () => {
  const socket = new WebSocket(page.url.replace('http', 'ws'));
  const echoed = await new Promise((resolve, reject) => {
    socket.onmessage = ({ data }) => resolve(data);
    socket.onopen = () => socket.send('hello');
    socket.onerror = reject;
  });
  socket.close();
  expect(echoed).toBe('hello');
});

test('remote values and errors are native to the page', async () => {
  expect(await page.remote.days()).toStrictEqual(new Map([['first', new Date(0)]]));
  expect(page.remoteSync.days()).toBeInstanceOf(Map);
  expect(await page.remote.twice(async (value) => value + 1)).toBe(6);
  await expect(page.remote.fail()).rejects.toThrow(RangeError);
});

test('controllers can be disposed of', async () => {
  const disposed = await new PageController().start();
  await disposed[Symbol.asyncDispose]();
  expect(disposed.state).toBe('stopped');
});

test('configured controllers are there', () => {
  expect(controllers.site.port).toBeGreaterThan(0);
});
`;

/** Node's own fetch: jsdom brings none. */
export const JSDOM_ENVIRONMENT = `
const { withController } = require('jest-controller/environment');
const { TestEnvironment } = require('jest-environment-jsdom');

class Page extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.global.fetch ??= fetch;
  }
}
module.exports = withController(Page);
`;
