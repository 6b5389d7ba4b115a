/**
 * Calls behind one another, as quick as they can be made: they are not in the way of what else the server does.
 */
import { expect, test } from '@jest/globals';
import { Talkative } from '../fixtures/remote/talkative';
import { maker } from '../controller/made';
import { describeEveryLoop } from '../loop/loops';

describeEveryLoop('a burst of calls', (kind) => {
  const make = maker(() => kind.make());

  test('leaves the server time for its requests', async () => {
    const server = await make(Talkative, { data: { name: 'it' } }).start();
    let answered = false;
    const request = fetch(server.url ?? '').finally(() => (answered = true));
    let calls = 0;
    for (; !answered; calls += 1) await server.remote.add(calls, 1);
    expect((await request).status).toBe(200);
    expect(calls).toBeGreaterThan(0);
  });

  test('is answered in order, blocking and not in turns', async () => {
    const server = await make(Talkative, { data: { name: 'it' } }).start();
    const sums: number[] = [];
    for (let index = 0; index < 200; index += 1) {
      const later = server.remote.add(index, 1);
      sums.push(server.remoteSync.add(index, 0), await later);
    }
    expect(sums).toStrictEqual(Array.from({ length: 400 }, (_, index) => Math.ceil(index / 2)));
  });

  test('can end with a stop', async () => {
    const server = await make(Talkative, { data: { name: 'it' } }).start();
    for (let index = 0; index < 50; index += 1) await server.remote.add(index, 1);
    expect(await server.stop()).toMatchObject({ forced: false });
  });
});
