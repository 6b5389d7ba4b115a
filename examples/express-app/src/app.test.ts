import { describe, expect, test } from '@jest/globals';
import { useController } from 'jest-controller';
import { listUsers } from './users';

// The app is loaded beside its server only; this file does not load it a second time.
const api = useController(() => import('./app'));

async function post(body: object): Promise<Response> {
  return fetch(`${api.url}/users`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

test('lists users', async () => {
  const response = await fetch(`${api.url}/users`);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual([{ id: 1, name: 'Ada' }]);
});

test('refuses a user without a name', async () => {
  expect((await post({})).status).toBe(400);
});

test('adds a user on its own side of the thread', async () => {
  expect(await (await post({ name: 'Grace' })).json()).toEqual({ id: 2, name: 'Grace' });
  // Module state does not cross: the test has a copy of the module of its own.
  expect(listUsers()).toHaveLength(1);
});

describe('with a fresh server for each test', () => {
  const fresh = useController(() => import('./app'), { scope: 'test' });

  test.each(['first', 'second'])('the %s test finds one user and adds another', async (name) => {
    const before = (await (await fetch(`${fresh.url}/users`)).json()) as unknown[];
    expect(before).toHaveLength(1);
    await fetch(`${fresh.url}/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name }),
    });
  });
});
