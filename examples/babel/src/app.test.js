import { expect, test } from '@jest/globals';
import { useController } from 'jest-controller';

const api = useController(() => import('@app/app'));

test('rolls the dice', async () => {
  const { rolled } = await (await fetch(`${api.url}/?sides=1`)).json();
  expect(rolled).toBe(1);
});
