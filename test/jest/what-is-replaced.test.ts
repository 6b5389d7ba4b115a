/**
 * Which functions that send requests a test has replaced: none that were so before its file began.
 */
import { afterEach, expect, test } from '@jest/globals';
import http from 'node:http';
import { Worker } from 'node:worker_threads';
import { ReplacedRequests } from '../../src/jest/report/replaced-requests';

const { request } = http;
const double: typeof request = () => {
  throw new Error('Nobody asks.');
};

// The environment has Node's own `process`. That of a test is a copy, made before this file has loaded http.
const { moduleLoadList } = process as unknown as { readonly moduleLoadList: string[] };
moduleLoadList.push('NativeModule http', 'NativeModule https');

afterEach(() => {
  http.request = request;
});

test('one that stands in the place of a function of Node is', async () => {
  const replaced = new ReplacedRequests({ fetch });
  expect(await replaced.find()).toBeUndefined();
  http.request = double;
  expect(await replaced.find()).toBe('http.request');
});

test('one that an earlier file has left behind is not, nor is its end, but another in its place', async () => {
  http.request = double;
  const replaced = new ReplacedRequests({ fetch });
  expect(await replaced.find()).toBeUndefined();
  http.request = request;
  expect(await replaced.find()).toBeUndefined();
  http.request = double.bind(undefined);
  expect(await replaced.find()).toBe('http.request');
});

test('the fetch that an environment has of its own is not, but a double of that', async () => {
  const global: { fetch: unknown } = { fetch: () => undefined };
  const replaced = new ReplacedRequests(global);
  expect(await replaced.find()).toBeUndefined();
  global.fetch = double;
  expect(await replaced.find()).toBe('fetch');
});

test('one thread says what is Node’s own, however often that is asked', async () => {
  const number = (): number => new Worker('', { eval: true }).threadId;
  const replaced = new ReplacedRequests({ fetch });
  http.request = double;
  await replaced.find();
  const before = number();
  await Promise.all([replaced.find(), replaced.find()]);
  expect(number()).toBe(before + 1);
});
