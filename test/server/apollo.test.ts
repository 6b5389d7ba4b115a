/**
 * An Apollo server that is not started is served here as its own standalone server would serve it.
 */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startStandaloneServer } from '@apollo/server/standalone';
import type { ApolloServer } from '@apollo/server';
import makeApollo from '../fixtures/servers/apollo';
import { listen } from './in-process';

const query = JSON.stringify({ query: '{ hello }' });
const json = { 'content-type': 'application/json' };
const preflight = {
  origin: 'http://page.example',
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'content-type',
};

let running: Awaited<ReturnType<typeof listen>>;
let standalone: ApolloServer;
let standaloneUrl: string;
beforeAll(async () => {
  running = await listen(makeApollo());
  standalone = makeApollo();
  ({ url: standaloneUrl } = await startStandaloneServer(standalone, { listen: { port: 0, host: '127.0.0.1' } }));
});
afterAll(async () => {
  await running.close({ timeout: 1000 });
  await standalone.stop();
});

async function ask(url: string, init: RequestInit): Promise<object> {
  const response = await fetch(url, init);
  const text = await response.text();
  return {
    status: response.status,
    // The page that says what was wrong with a body that is no JSON is each server's own.
    graphql: response.headers.get('content-type')?.includes('json') === true ? text : undefined,
    origins: [...response.headers].filter(([name]) => name.startsWith('access-control-') || name === 'vary'),
  };
}

test.each<[string, RequestInit]>([
  ['a query', { method: 'POST', headers: json, body: query }],
  ['a query that names its charset', { method: 'POST', headers: { 'content-type': 'Application/JSON ; charset=utf-8' }, body: query }],
  ['a query that is wrong', { method: 'POST', headers: json, body: JSON.stringify({ query: '{ none }' }) }],
  ['JSON that is cut off', { method: 'POST', headers: json, body: '{ "query": "{ he' }],
  ['no body', { method: 'POST', headers: json }],
  ['a body that does not say that it is JSON', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: query }],
  ['a text in an unknown charset', { method: 'POST', headers: { 'content-type': 'text/plain; charset=win1251' }, body: query }],
  ['JSON of a type of its own', { method: 'POST', headers: { 'content-type': 'application/graphql+json' }, body: query }],
  ['JSON in an unknown charset', { method: 'POST', headers: { 'content-type': 'application/json; charset=win1251' }, body: query }],
  ['a method that is none of its own', { method: 'PUT', headers: json, body: query }],
  ['the preflight of a page', { method: 'OPTIONS', headers: preflight }],
])('%s is answered as by the standalone server', async (_name, init) => {
  expect(await ask(String(running.url), init)).toStrictEqual(await ask(standaloneUrl, init));
});

test.each<[string, Record<string, string>, string, Uint8Array<ArrayBuffer>]>([
  [
    'in UTF-16',
    { 'content-type': 'application/json; charset=utf-16le' },
    'charset "utf-16le"',
    new Uint8Array(Buffer.from(query, 'utf16le')),
  ],
  ['that is compressed', { ...json, 'content-encoding': 'gzip' }, 'content-encoding "gzip"', new Uint8Array(gzipSync(query))],
])('a query %s is refused with what to do, since only the standalone server reads it', async (_name, headers, named, body) => {
  expect(await ask(standaloneUrl, { method: 'POST', headers, body })).toMatchObject({ status: 200 });
  const response = await fetch(String(running.url), { method: 'POST', headers, body });
  expect(response.status).toBe(415);
  const told = await response.text();
  expect(told).toContain(named);
  expect(told).toContain('call startStandaloneServer() in factory()');
});

test('the answer to JSON that is cut off names the error as the standalone server’s page does', async () => {
  const init = { method: 'POST', headers: json, body: '{ "query" 1' };
  const pages = await Promise.all([String(running.url), standaloneUrl].map(async (url) => (await fetch(url, init)).text()));
  expect(pages).toStrictEqual([expect.stringMatching(/^SyntaxError: /), expect.stringContaining('SyntaxError: ')]);
});
