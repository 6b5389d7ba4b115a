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
