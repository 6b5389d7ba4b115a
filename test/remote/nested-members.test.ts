/** What is read or written behind a member of `remote` is never asked of the server, and says so: in plain JavaScript nothing else does. */
import { expect, jest, test } from '@jest/globals';
import { answeringThreadForAll, type AnsweringThread } from './answering-thread';

let thread: AnsweringThread;
answeringThreadForAll((made) => {
  thread = made;
});

const member = (): Record<string, unknown> => thread.remote.inbox as unknown as Record<string, unknown>;

test('what is read behind a member says where it is had', () => {
  expect(() => member().first).toThrow(
    'remote.inbox.first is two steps away, and a handle goes one: write (await remote.inbox).first or, of what cannot be copied, ' +
      'let a method beside the server give it.',
  );
});

test('what is written behind a member says where it is written', () => {
  expect(() => {
    member().first = 1;
  }).toThrow('remote.inbox.first is two steps away, and a handle goes one: let a method beside the server set it.');
});

test('a spy behind a member says so, too', () => {
  expect(() => jest.spyOn(thread.server.close as unknown as { now: () => void }, 'now')).toThrow('server.close.now is two steps away');
});

test('what every function has stays', async () => {
  expect(await thread.remote.add.call(undefined, 1, 2)).toBe(3);
  expect(await thread.remote.add.bind(undefined, 1)(3)).toBe(4);
});

test('a method behind a member that is named like one of functions says so, too', () => {
  const inbox = thread.remote.inbox as unknown as { call(name: string): unknown };
  expect(() => inbox.call('users.create')).toThrow(
    'remote.inbox.call is two steps away, and a handle goes one: write (await remote.inbox).call',
  );
});

test('the length of what was not awaited is no number, and says where it is had', async () => {
  const refused = 'remote.inbox.length is two steps away, and a handle goes one: write (await remote.inbox).length';
  await expect(member().length).rejects.toThrow(refused);
  await expect(Promise.resolve(member().length)).rejects.toThrow(refused);
  for (const matchers of [expect(member()), expect(member()).not]) {
    expect(() => {
      matchers.toHaveLength(0);
    }).toThrow('[Function remote.inbox, not awaited]');
  }
});

test('a member takes no callback, to those who ask a hook by its length', () => {
  expect(thread.remote.add.length > 0).toBe(false);
});

test('printing and comparing a member reads nothing that it refuses', () => {
  expect(() => {
    expect(thread.remote.add).toStrictEqual({ first: 1 });
  }).toThrow('[Function remote.add, not awaited]');
  expect(() => {
    expect(thread.remote.add).toHaveBeenCalled();
  }).toThrow('received value must be a mock or spy function');
});
