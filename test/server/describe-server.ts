/**
 * The contract of every server shape: one suite, whatever the server, wherever it runs.
 *
 * A new shape costs its fixture, and a client that can talk to it.
 */
import { afterEach, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { freePort } from '../controller/clients';
import { inForm } from '../form';
import { inProcess } from './in-process';
import type { Fixture, Runner, Running, Target } from './runners';
import { temporaryFolder } from '../temporary';

/** A client of a kind of server. */
export interface Talk {
  /** One exchange over a connection of its own; rejects when it fails. */
  once(to: Running): Promise<void>;
  /** Begins a request and resolves when the server has it; `finish` goes on with it and resolves when it is answered in full. */
  hold?(to: Running): Promise<Held>;
  /** Opens a connection, uses it once and leaves it open. */
  open?(to: Running): Promise<Opened>;
}

export interface Held {
  finish(): Promise<void>;
  drop(): void;
}

export interface Opened {
  /** Uses it, after the client has reconnected by itself if that is what it does. */
  again?(): Promise<void>;
  drop(): void;
}

export interface Contract {
  /** @default in this process */
  readonly runner?: Runner;
  /** Only its first test. @default false */
  readonly brief?: boolean;
  /** What the url begins with; null: it has none. @default 'http:' */
  readonly scheme?: string | null;
  /** It takes the port it is given. @default true */
  readonly takesPort?: boolean;
  /** It says so when the port is taken. @default true */
  readonly reportsBusyPort?: boolean;
  /** Where it listens. @default '127.0.0.1' */
  readonly hostname?: string;
  /** It also listens on a Unix socket. @default false */
  readonly takesPath?: boolean;
  /** What a connection that is in flight is called in a report. @default /POST \// */
  readonly request?: RegExp;
}

/** More than any stop takes that has nothing to wait for, however busy the machine; one that waits takes a minute. */
const NO_WAIT = 30_000;
const CYCLES = inForm(20, 3);

export function describeServer(name: string, fixture: Fixture, talk: Talk, contract: Contract = {}): void {
  const { runner = inProcess, scheme = 'http:', takesPort = true, reportsBusyPort = takesPort, takesPath = false } = contract;
  const cleanUps: (() => unknown)[] = [];
  const start = async (target?: Target): Promise<Running> => {
    const running = await runner.start(fixture, { hostname: contract.hostname, ...target });
    cleanUps.push(() => running.stop());
    return running;
  };
  const hold = async (running: Running): Promise<Held> => {
    const held = (await talk.hold?.(running)) as Held;
    cleanUps.push(() => {
      held.drop();
    });
    return held;
  };

  describe(`${name}, ${runner.name}`, () => {
    afterEach(async () => {
      for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
    });

    test('answers the first request as soon as it has started', async () => {
      await talk.once(await start());
    });
    if (contract.brief === true) return;

    test('tells its real address', async () => {
      const { address, url } = await start();
      expect(address).toMatchObject({ port: expect.any(Number) });
      expect((address as { port: number }).port).toBeGreaterThan(0);
      expect(url).toMatch(new RegExp(`^${String(scheme)}//(127\\.0\\.0\\.1|localhost|\\[::1\\]):${portOf({ address }).toString()}$`));
    });

    test('refuses when it has stopped', async () => {
      const running = await start();
      await talk.once(running);
      await running.stop();
      await expect(talk.once(running)).rejects.toBeDefined();
    });

    test('stops twice with the same report', async () => {
      const running = await start();
      const [first, second] = await Promise.all([running.stop(), running.stop()]);
      expect(first).toMatchObject({ forced: false, cut: [] });
      expect(second.cut).toEqual(first.cut);
    });

    if (talk.hold !== undefined) {
      test('finishes a request in flight before it stops', async () => {
        const running = await start({ stopTimeout: 60_000 });
        const held = await hold(running);
        const stopped = running.stop();
        await held.finish();
        expect(await stopped).toMatchObject({ forced: false, cut: [] });
      });

      test('cuts a request in flight when the time is over, and lists it', async () => {
        const running = await start({ stopTimeout: 50 });
        // What a framework loads at its first request may keep it busy for longer than it has here.
        await talk.once(running);
        const held = await hold(running);
        const { forced, cut } = await running.stop();
        expect(forced).toBe(true);
        expect(cut).toHaveLength(1);
        expect(cut[0]?.request).toMatch(contract.request ?? /^POST \//);
        await expect(held.finish()).rejects.toBeDefined();
      });
    }

    if (talk.open !== undefined) {
      test('stops at once with a connection left open', async () => {
        const running = await start({ stopTimeout: 60_000 });
        const opened = (await talk.open?.(running)) as Opened;
        cleanUps.push(() => {
          opened.drop();
        });
        const since = performance.now();
        expect(await running.stop()).toMatchObject({ forced: false, cut: [] });
        expect(performance.now() - since).toBeLessThan(NO_WAIT);
      });
    }

    if (takesPort) {
      test('starts again on the same port', async () => {
        const first = await start({ port: await freePort() });
        const opened = await talk.open?.(first);
        cleanUps.push(() => opened?.drop());
        await first.stop();
        const second = await start({ port: portOf(first) });
        expect(portOf(second)).toBe(portOf(first));
        await talk.once(second);
        await opened?.again?.();
      });
    }

    if (reportsBusyPort) {
      test('rejects with the code and the port when the port is taken', async () => {
        const { address } = await start();
        const port = portOf({ address });
        const second = runner.start(fixture, { hostname: contract.hostname, port });
        await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE', port });
      });
    }

    if (runner.isolates) {
      test('rejects with the error of a factory that fails after it has made its server', async () => {
        const before = await runner.alive();
        await expect(runner.start(fixture, { fails: true })).rejects.toThrow('The factory failed.');
        expect(await runner.alive()).toEqual(before);
      });

      test('tells of a crash, and starts again behind it', async () => {
        const running = await start(takesPort ? { port: await freePort() } : {});
        await talk.once(running);
        expect(await running.crash?.()).toMatchObject({ message: 'The server crashed.' });
        await expect(talk.once(running)).rejects.toBeDefined();
        await talk.once(await start(takesPort ? { port: portOf(running) } : {}));
      });
    }

    if (takesPath) {
      test('listens on a Unix socket', async () => {
        const path = join(temporaryFolder(), 'socket');
        const { address, url } = await start({ hostname: undefined, path });
        expect(address).toBe(path);
        expect(url).toBe(`unix:${path}`);
      });
    }

    test(`leaves nothing behind in ${CYCLES.toString()} starts and stops`, async () => {
      await (await start()).stop();
      const before = await runner.alive();
      for (let cycle = 0; cycle < CYCLES; cycle += 1) {
        const running = await runner.start(fixture, { hostname: contract.hostname });
        await talk.once(running);
        await running.stop();
      }
      expect(await runner.alive()).toEqual(before);
    });
  });
}

export function portOf({ address }: Pick<Running, 'address'>): number {
  if (typeof address !== 'object' || address === null) throw new Error(`There is no port in ${String(address)}.`);
  return address.port;
}
