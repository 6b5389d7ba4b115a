/**
 * `onServerError: 'fail-test'`: an error that a framework has turned into a 500 fails the test during which it happened.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { everything } from '../form';
import { jestProject, type JestProject, type JestRun } from '../loading/jest-project';

/** How each framework throws in `/throw`, and answers 404 on purpose in `/missing`. */
const ALL: Readonly<Record<string, string>> = {
  express: `
    const app = require('express')();
    app.get('/throw', () => { throw new RangeError('thrown in express'); });
    app.get('/missing', (_req, _res, next) => next(Object.assign(new Error('missing'), { status: 404 })));
    app.use((error, _req, res, _next) => res.status(error.status ?? 500).json({ sorry: true }));
    module.exports = app;`,
  express4: `
    const app = require('express4')();
    app.get('/throw', () => { throw new RangeError('thrown in express4'); });
    app.get('/missing', (_req, _res, next) => next(Object.assign(new Error('missing'), { status: 404 })));
    module.exports = require('node:http').createServer(app);`,
  routedLate: `
    const app = require('express')();
    const addRoutes = () => app.get('/throw', () => { throw new RangeError('thrown in routedLate'); });
    module.exports = require('node:http').createServer(app).once('listening', addRoutes);`,
  routedLate4: `
    const app = require('express4')();
    const addRoutes = () => app.get('/throw', () => { throw new RangeError('thrown in routedLate4'); });
    module.exports = require('node:http').createServer(app).once('listening', addRoutes);`,
  besideSocketIo: `
    const app = require('express')();
    app.get('/throw', () => { throw new RangeError('thrown in besideSocketIo'); });
    const server = require('node:http').createServer(app);
    new (require('socket.io').Server)(server);
    module.exports = server;`,
  startsItself: `
    const { createServer } = require('node:http');
    module.exports = {
      async start() {
        const app = require('express')();
        app.get('/throw', () => { throw new RangeError('thrown in startsItself'); });
        this.server = createServer(app);
        await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
      },
      stop() { return new Promise((resolve) => this.server.close(resolve)); },
    };`,
  givesItsStop: `
    module.exports = async () => {
      const app = require('connect')();
      app.use('/throw', () => { throw new RangeError('thrown in givesItsStop'); });
      const server = require('node:http').createServer(app);
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      return () => server.close();
    };`,
  connect: `
    const app = require('connect')();
    app.use('/throw', () => { throw new RangeError('thrown in connect'); });
    module.exports = app;`,
  polka: `
    const app = require('polka')();
    app.use('/throw', (_req, _res, next) => next(new RangeError('thrown in polka')));
    module.exports = app;`,
  fastify: `
    const app = require('fastify').fastify();
    app.register(async (child) => child.get('/throw', async () => { throw new RangeError('thrown in fastify'); }));
    module.exports = app;`,
  fastify4: `
    const app = require('fastify4').fastify();
    app.get('/throw', async () => { throw new RangeError('thrown in fastify4'); });
    module.exports = app;`,
  koa: `
    const Koa = require('koa');
    const app = new (Koa.default ?? Koa)();
    app.use(async (ctx) => { if (ctx.path === '/missing') ctx.throw(404); throw new RangeError('thrown in koa'); });
    module.exports = app;`,
  hapi: `
    const server = require('@hapi/hapi').server();
    server.route({ method: 'GET', path: '/throw', handler: () => { throw new RangeError('thrown in hapi'); } });
    module.exports = server;`,
  hono: `
    const { Hono } = require('hono');
    const app = new Hono();
    app.get('/throw', () => { throw new RangeError('thrown in hono'); });
    module.exports = app;`,
  fetchHandler: `
    const fetch = ({ url }) => {
      if (url.endsWith('/throw')) throw new RangeError('thrown in fetchHandler');
      return new Response(null, { status: 404 });
    };
    module.exports = { fetch };`,
  nest: `
    module.exports = async () => {
      const { Controller, Get, Module } = await import('@nestjs/common');
      const { NestFactory } = await import('@nestjs/core');
      class Thrower { throwIt() { throw new RangeError('thrown in nest'); } }
      Get('throw')(Thrower.prototype, 'throwIt', Object.getOwnPropertyDescriptor(Thrower.prototype, 'throwIt'));
      Controller()(Thrower);
      class Root {}
      Module({ controllers: [Thrower] })(Root);
      return NestFactory.create(Root);
    };`,
  printed: `
    module.exports = require('node:http').createServer((req, res) => {
      if (req.url === '/throw') console.error(new RangeError('thrown in printed'));
      res.writeHead(req.url === '/throw' ? 502 : 404).end();
    });`,
  silent: `
    module.exports = require('node:http').createServer((req, res) => {
      res.writeHead(req.url === '/throw' ? 500 : 503).end();
    });`,
};

/** What the short form leaves to the long one: each has its like among the others. */
const LONG = new Set(['express4', 'routedLate4', 'fastify4']);
const SERVERS = Object.fromEntries(Object.entries(ALL).filter(([name]) => everything || !LONG.has(name)));

const MOUNTED = `
  const router = require('express').Router();
  router.get('/throw', () => { throw new RangeError('thrown in a router'); });
  module.exports = require('express')().use('/users', router);`;

/** Its own middleware tells of the error of its handler, and then of what came of that. */
const TWICE = `
  module.exports = require('node:http').createServer((req, res) => {
    console.error(new RangeError('the cause'));
    console.error(new TypeError('what came of it'));
    res.writeHead(500).end();
  });`;

const TWICE_TEST = `
  const { useController } = require('jest-controller');
  const api = useController(() => import('./twice.js'), { onServerError: 'fail-test', logs: 'silent' });
  test('fails by itself as well', async () => {
    expect((await fetch(api.url)).status).toBe(200);
  });
  test.failing('expects the 500', () => fetch(api.url));
`;

const AFTER_BLOCK = `
  const { useController } = require('jest-controller');
  const api = useController(() => import('./twice.js'), { onServerError: 'fail-test', logs: 'silent' });
  describe('a block', () => {
    test('asks nothing', () => undefined);
    afterAll(() => fetch(api.url + '/after-block'));
  });
  test('comes after the block', () => undefined);
  test('asks nothing either', () => undefined);
`;

const AFTER_FILE = `
  const { useController } = require('jest-controller');
  const api = useController(() => import('./twice.js'), { onServerError: 'fail-test', logs: 'silent' });
  test('asks nothing', () => undefined);
  afterAll(() => fetch(api.url + '/after-file'));
`;

const TEST = (name: string, option: string): string => `
  const { useController } = require('jest-controller');
  const api = useController(() => import('./${name}.js'), { onServerError: '${option}', logs: 'silent', readyTimeout: 60000 });
  test('${name} is quiet', async () => {
    expect((await fetch(api.url + '/missing')).status).toBeLessThan(504);
  });
  test('${name} throws', async () => {
    const response = await fetch(api.url + '/throw');
    await response.text();
    expect(response.status).toBeGreaterThanOrEqual(500);
  });
  test('${name} is quiet again', () => undefined);
`;

describe('an error that was swallowed into a 500', () => {
  let project: JestProject;
  let run: JestRun;

  beforeAll(async () => {
    const files = Object.entries(SERVERS).flatMap(([name, text]) => [
      [`${name}.js`, text],
      [`${name}.test.js`, TEST(name, 'fail-test')],
    ]);
    files.push(['mounted.js', MOUNTED], ['mounted.test.js', TEST('mounted', 'fail-test').replaceAll('/throw', '/users/throw?id=1')]);
    files.push(['twice.js', TWICE], ['twice.test.js', TWICE_TEST]);
    files.push(['after-block.test.js', AFTER_BLOCK], ['after-file.test.js', AFTER_FILE]);
    files.push(['express-ignored.test.js', TEST('express', 'ignore').replaceAll('express ', 'ignored ')]);
    const config = JSON.stringify({ testEnvironment: 'jest-controller/environment', transform: {}, testMatch: ['**/*.test.js'] });
    project = await jestProject({
      'jest.config.js': `module.exports = ${config};`,
      ...(Object.fromEntries(files) as Record<string, string>),
    });
    run = await project.run(['--verbose']);
  });

  afterAll(() => project.remove());

  const verdict = (title: string): string | undefined => new RegExp(`^\\s*(✓|✕) ${title}( \\(.*)?$`, 'm').exec(run.output)?.[1];

  test.each(Object.keys(SERVERS))('fails the test during which it happened, and no other: %s', (name) => {
    expect([verdict(`${name} is quiet`), verdict(`${name} throws`), verdict(`${name} is quiet again`)]).toStrictEqual(['✓', '✕', '✓']);
  });

  test.each(Object.keys(SERVERS).filter((name) => name !== 'silent'))('comes as itself, with its place: %s', (name) => {
    const told = run.output.indexOf(`RangeError: thrown in ${name}\n`);
    expect(told).toBeGreaterThan(0);
    expect(run.output.slice(told, told + 2000)).toMatch(new RegExp(`> \\d+ \\|.*thrown in ${name}`));
  });

  test.each(Object.keys(SERVERS))('is headed by its request and the option that makes a test fail for it: %s', (name) => {
    expect(run.output).toMatch(
      new RegExp(`${name} answered GET /throw with 50[02].*\\. That fails the test.*\`onServerError\` is 'fail-test'`),
    );
  });

  test('is the first of its request, and stands before what failed in the test', () => {
    const [server, own] = run.output.split('● fails by itself as well\n').slice(1);
    expect(server).toMatch(/^\s+twice answered GET \/ with 500 .*\n\s+RangeError: the cause\n/);
    expect(own).toMatch(/^\s+expect\(received\)\.toBe\(expected\)/);
  });

  test('is told with the whole path of the request, whatever router took it', () => {
    expect(run.output).toContain('mounted answered GET /users/throw?id=1 with 500');
  });

  test('is described where the framework kept it to itself', () => {
    expect(run.output).toMatch(
      /silent answered GET \/throw with 500\. .* The framework kept the error .*: look for it in the server's output\./,
    );
  });

  test('is what a test.failing was to fail by', () => {
    expect(verdict('expects the 500')).toBe('✓');
  });

  test('in a hook after the tests fails the one that comes next, and the file after the last', () => {
    expect(['asks nothing', 'comes after the block', 'asks nothing either'].map(verdict)).toStrictEqual(['✓', '✕', '✓']);
    expect(run.output).toMatch(/● comes after the block\n\n\s+twice answered GET \/after-block with 500/);
    expect(run.output).toMatch(/● Test suite failed to run\n\n\s+twice answered GET \/after-file with 500 .*\. That fails the file,/);
  });

  test('changes nothing unless it is asked for', () => {
    expect(verdict('ignored throws')).toBe('✓');
  });
});
