/**
 * What is remembered of the requests that the server's code sends.
 */
import { once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { rememberRequests, requestsSent } from '../../src/host/outgoing';

const server = http.createServer((request, response) => response.end(request.url));

afterEach(() => {
  server.close();
});

const toThisHost: LookupFunction = (_hostname, { all }, found) => {
  if (all === true) found(null, [{ address: '127.0.0.1', family: 4 }]);
  else found(null, '127.0.0.1', 4);
};

test('a request whose path is no text, as Node takes an URL for a proxy, is remembered as that to its address', async () => {
  rememberRequests();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const path = new URL('http://example.org/news?since=1') as unknown as string;
  const [response] = (await once(http.get({ host: 'proxy.example.org', port, path, lookup: toThisHost }), 'response')) as [
    http.IncomingMessage,
  ];
  response.resume();
  expect(requestsSent().map(({ line }) => line)).toEqual(['GET http://example.org/news']);
});
