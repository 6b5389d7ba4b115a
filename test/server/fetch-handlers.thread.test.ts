/**
 * @jest-environment jest-controller/environment
 */
import { describe, expect, test } from '@jest/globals';
import { useController } from 'jest-controller';
import { FixtureController } from '../fixtures/servers/fixture.controller';

describe('a fetch handler is given what Node has of the request, as by @hono/node-server,', () => {
  const app = useController(FixtureController, { data: { fixture: 'node-bindings', fails: false }, readyTimeout: 15_000 });

  test('which Hono has as c.env', async () => {
    expect(await (await fetch(`${app.url}/who`)).text()).toBe('127.0.0.1');
  });

  test('which any other has as its second argument', async () => {
    const response = await fetch(`${app.url}/plain`);
    expect(response.headers.get('x-set')).toBe('by hand');
    expect(await response.text()).toBe('/plain');
  });

  test('and may answer by that alone, for as long as it takes', async () => {
    const response = await fetch(`${app.url}/by-itself`);
    expect(response.status).toBe(201);
    expect(await response.text()).toBe('first, then second');
  });

  test('and lives on where the client leaves before such an answer has ended', async () => {
    const response = await fetch(`${app.url}/unfinished`);
    await response.body?.cancel();
    await app.waitForLog('the client has left');
    await app.idle();
    expect((await fetch(`${app.url}/who`)).status).toBe(200);
  });

  test('and a request that another can be made of', async () => {
    const response = await fetch(`${app.url}/renewed`, { method: 'POST', body: 'a body' });
    expect(await response.text()).toBe('a body for Request');
  });
});

describe('a fetch handler that fails is answered for, as other hosts of such handlers do,', () => {
  const app = useController(FixtureController, { data: { fixture: 'node-bindings', fails: false }, readyTimeout: 15_000 });

  test.each(['throws', 'rejects'])('where it %s: with a 500, and its error among the output', async (way) => {
    expect((await fetch(`${app.url}/${way}`)).status).toBe(500);
    await app.waitForLog('RangeError: no such page');
    expect((await fetch(`${app.url}/who`)).status).toBe(200);
  });
});

describe('what a fetch handler answers', () => {
  const app = useController(FixtureController, { data: { fixture: 'fetch-answers', fails: false } });
  const get = (path: string): Promise<Response> => fetch(`${app.url}${path}`);

  test.each([
    ['/text', '7', '½ hour'],
    ['/empty', '0', ''],
    ['/bytes', '5', 'bytes'],
    ['/json', '13', '{"answer":42}'],
    ['/told', '4', 'half'],
  ])('is sent with its length where it is whole: %s', async (path, length, body) => {
    const response = await get(path);
    expect(response.headers.get('content-length')).toBe(length);
    expect(await response.text()).toBe(body);
  });

  test('keeps its status and its headers', async () => {
    const bytes = await get('/bytes');
    expect(bytes).toMatchObject({ status: 201, statusText: 'Made' });
    expect(bytes.headers.get('x-kind')).toBe('bytes');
    const json = await get('/json');
    expect(json.headers.get('content-type')).toBe('application/json');
    expect(json.headers.getSetCookie()).toStrictEqual(['a=1', 'b=2']);
    expect((await get('/nothing')).status).toBe(204);
  });

  test('has its length also for HEAD', async () => {
    const response = await fetch(`${app.url}/text`, { method: 'HEAD' });
    expect(response.headers.get('content-length')).toBe('7');
  });

  test('is sent in chunks where it comes in several', async () => {
    const response = await get('/chunks');
    expect(response.headers.get('transfer-encoding')).toBe('chunked');
    expect(await response.text()).toBe('one, two, three');
  });

  test('is begun where its end is not at hand, and given up where the client leaves', async () => {
    const response = await get('/open');
    const reader = response.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('a beginning');
    await reader?.cancel();
    await app.waitForLog('the reader has left');
  });

  test('breaks off where its source does', async () => {
    const response = await get('/breaks');
    await expect(response.text()).rejects.toThrow('terminated');
    expect((await get('/text')).status).toBe(200);
  });
});
