import { once } from 'node:events';
import { expect, jest, test } from '@jest/globals';
import { useController } from 'jest-controller';
import { ShopController } from './shop.controller';

const shop = useController(ShopController, { scope: 'test' });

async function buy(item: string): Promise<string> {
  return (await fetch(`${shop.url}/${item}`)).text();
}

test('a jest.fn() is called from the server side', async () => {
  const price = jest.fn((item: string) => item.length);
  await shop.remote.setPrice(price);
  expect(await buy('tea')).toBe('3');
  expect(price).toHaveBeenCalledWith('tea');
});

test('an event of the server side arrives', async () => {
  const ordered = once(shop, 'order');
  await buy('tea');
  const [order] = await ordered;
  expect(order).toStrictEqual({ item: 'tea', at: expect.any(Date) });
});

test('a state of the server side can be waited for', async () => {
  const bought = buy('tea');
  const orders = await shop.waitFor(async ({ orders }) => (await orders).length > 0 && orders);
  expect(orders).toMatchObject([{ item: 'tea' }]);
  expect(await bought).toBe('1');
});

test('an error of the server side is native to the test', async () => {
  await expect(shop.remote.refund('tea')).rejects.toThrow(RangeError);
});

test('blocks this thread, not the server', () => {
  expect(shop.remoteSync.orders).toStrictEqual([]);
  expect(() => shop.remoteSync.refund('tea')).toThrow('nobody bought tea');
});
