import { once } from 'node:events';
import { afterEach, expect, test } from '@jest/globals';
import { useController } from 'jest-controller';
import { ChatClient } from './chat-client';
import { ChatController } from './chat.controller';

const chat = useController(ChatController);
const clients: ChatClient[] = [];

async function join(): Promise<ChatClient> {
  const client = new ChatClient(chat.url.replace('http', 'ws'));
  clients.push(client);
  expect(await client.hears()).toBe('welcome');
  return client;
}

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

test('what one says, all hear', async () => {
  const [ada, grace] = [await join(), await join()];
  const heard = Promise.all([ada.hears(), grace.hears()]);
  ada.say('hello');
  expect(await heard).toStrictEqual(['hello', 'hello']);
});

test('a client comes back after a restart, on the same port', async () => {
  const ada = await join();
  const lost = once(ada, 'lost');
  const welcomed = ada.hears();
  await chat.restart();
  await lost;
  expect(await welcomed).toBe('welcome');
});

test('stops at once, whoever is connected', async () => {
  await join();
  await chat.waitFor((remote) => remote.countMembers());
  const report = await chat.stop();
  // First, for the tests after this one: they shall have a server whatever becomes of what is expected here.
  await chat.start();
  expect(report.forced).toBe(false);
});
