/**
 * Clients and ports for tests: real sockets, no waiting by the clock.
 */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A connected socket. */
export async function connected(port: number, host = '127.0.0.1'): Promise<Socket> {
  const socket = connect(port, host);
  await once(socket, 'connect');
  return socket;
}

/** What an echo server on `port` answers to `text`. */
export async function echoed(target: number | string, text = 'hello', host = '127.0.0.1'): Promise<string> {
  const socket = typeof target === 'number' ? connect(target, host) : connect(target);
  socket.write(text);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return answer.toString();
}

/** The error code of a connection that fails; undefined when it succeeds. */
export async function connectionError(target: number | string, host = '127.0.0.1'): Promise<string | undefined> {
  const socket = typeof target === 'number' ? connect(target, host) : connect(target);
  try {
    await once(socket, 'connect');
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  } finally {
    socket.destroy();
  }
}

/** A server of the test's own that holds a port. */
export async function heldPort(port = 0): Promise<{ readonly port: number; release(): Promise<void> }> {
  const server: Server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async release() {
      server.close();
      await once(server, 'close');
    },
  };
}

const LOWEST = 10_240;
const PORTS_OF_A_WORKER = 700;
let lastTried = Math.floor(Math.random() * PORTS_OF_A_WORKER);

/**
 * A port that was free a moment ago, of those that no system gives by itself to a socket, and that no other worker of this Jest asks for; those
 * of another Jest hardly do.
 */
export async function freePort(): Promise<number> {
  const lowest = LOWEST + ((process.ppid + Number(process.env['JEST_WORKER_ID'] ?? 0)) % 32) * PORTS_OF_A_WORKER;
  for (let tries = 0; ; tries += 1) {
    lastTried = (lastTried + 1) % PORTS_OF_A_WORKER;
    try {
      await bindAndRelease(lowest + lastTried);
      return lowest + lastTried;
    } catch (error) {
      if (tries === PORTS_OF_A_WORKER) throw error;
    }
  }
}

/** Rejects when the port cannot be bound at once. */
export async function bindAndRelease(port: number): Promise<void> {
  const { release } = await heldPort(port);
  await release();
}
