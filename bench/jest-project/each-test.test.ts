import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { useController } from 'jest-controller';

const starts: number[] = [];
let since = 0;

beforeEach(() => {
  since = performance.now();
});

const api = useController(() => import('./app'), { scope: 'test' });

beforeEach(() => {
  starts.push(performance.now() - since);
});

test.each(Array.from({ length: Number(process.env['BENCH_ROUNDS']) + 2 }, (_, index) => index))('test %i', async () => {
  expect((await fetch(`${String(api.url)}/users`)).status).toBe(200);
});

afterAll(() => {
  writeFileSync(String(process.env['BENCH_OUT']), JSON.stringify({ start: starts.slice(2) }));
});
