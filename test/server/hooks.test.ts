import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import makeFastify, { closed } from '../fixtures/servers/fastify';
import { listen } from './in-process';

test('the onClose hooks of Fastify run', async () => {
  const running = await listen(makeFastify());
  closed.length = 0;
  await running.close({ timeout: 1000 });
  expect(closed).toEqual(['plugin']);
});

test('Fastify itself is what the user sees as the server', async () => {
  const app = makeFastify();
  const running = await listen(app);
  expect(running.server).toBe(app);
  await running.close({ timeout: 1000 });
});

/** As dns2 is made: one server that holds several, and hands each its own part of the options. */
class NameServer {
  readonly servers = { udp: createSocket('udp4'), tcp: createServer() };
  readonly calls: unknown[] = [];

  async listen(options: { udp: { port: number; address: string }; tcp: object }): Promise<void> {
    this.calls.push(options);
    const { udp, tcp } = this.servers;
    const bound = [once(udp, 'listening'), once(tcp, 'listening')];
    udp.bind(options.udp);
    tcp.listen(options.tcp);
    await Promise.all(bound);
  }

  addresses(): { readonly udp: AddressInfo; readonly tcp: AddressInfo } {
    return { udp: this.servers.udp.address(), tcp: this.servers.tcp.address() as AddressInfo };
  }

  async close(): Promise<void> {
    const closed = Object.values(this.servers).map((server) => once(server, 'close'));
    for (const server of Object.values(this.servers)) server.close();
    await Promise.all(closed);
  }
}

test('a server for DNS listens on the loopback address only, and is reached by UDP', async () => {
  const dns = new NameServer();
  const running = await listen(dns);
  const { udp, tcp } = dns.addresses();
  expect([udp.address, tcp.address]).toEqual(['127.0.0.1', '127.0.0.1']);
  expect(running).toMatchObject({ address: udp, url: `udp://127.0.0.1:${udp.port.toString()}` });
  expect(await running.close({ timeout: 60_000 })).toEqual({ forced: false, cut: [] });
  expect(dns.servers.tcp.listening).toBe(false);
});

test('a server for DNS that listens already is adopted', async () => {
  const dns = new NameServer();
  await dns.listen({ udp: { port: 0, address: '127.0.0.1' }, tcp: { port: 0, host: '127.0.0.1' } });
  const running = await listen(dns);
  expect(dns.calls).toHaveLength(1);
  expect(running.address).toEqual(dns.addresses().udp);
  await running.close({ timeout: 1000 });
  expect(dns.servers.tcp.listening).toBe(false);
});
