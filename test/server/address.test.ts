import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { urlOf } from '../../src/server/address';
import { listenOn } from '../../src/server/adapters';
import { targetOf } from './in-process';

const at = (address: string): AddressInfo => ({ address, family: address.includes(':') ? 'IPv6' : 'IPv4', port: 80 });

test.each([
  ['127.0.0.1', '127.0.0.1', 'http://127.0.0.1:80'],
  ['::1', '::1', 'http://[::1]:80'],
  ['0.0.0.0', '0.0.0.0', 'http://127.0.0.1:80'],
  ['::', '::', 'http://localhost:80'],
  ['::', undefined, 'http://localhost:80'],
  ['::', '', 'http://localhost:80'],
  ['127.0.0.1', 'localhost', 'http://localhost:80'],
  ['192.0.2.1', 'api.test', 'http://api.test:80'],
  ['fe80::1%eth0', 'fe80::1%eth0', 'http://[fe80::1%25eth0]:80'],
])('%s, asked for as %s, has the url of a client', (bound, asked, url) => {
  expect(urlOf('http', at(bound), asked)).toBe(url);
});

test.each(['127.0.0.1', 'localhost', '0.0.0.0', '::', '::1', '', undefined])(
  'the url of a server on hostname %p works',
  async (hostname) => {
    const server = createServer((_request, response) => response.end('hello'));
    const running = await listenOn(server, { ...targetOf(), hostname });
    try {
      expect(await (await fetch(running.url ?? '')).text()).toBe('hello');
    } finally {
      await running.close({ timeout: 0 });
    }
  },
);

test.each([
  ['a name that cannot be resolved', 'no-such-host.invalid', /^(ENOTFOUND|EAI_AGAIN)$/],
  ['an address of another machine', '192.0.2.1', /^EADDRNOTAVAIL$/],
])('%s rejects with its own code', async (_name, hostname, code) => {
  await expect(listenOn(createServer(), { ...targetOf(), hostname })).rejects.toMatchObject({ code: expect.stringMatching(code) });
});

test('a port that is none rejects with its own code', async () => {
  await expect(listenOn(createServer(), targetOf({ port: 65_536 }))).rejects.toMatchObject({ code: 'ERR_SOCKET_BAD_PORT' });
});
