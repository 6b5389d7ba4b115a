/**
 * Starts that are waited for in vain: the error of a server that its own code keeps to itself is told of.
 *
 * @jest-environment jest-controller/environment
 */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ThreadLoop } from 'jest-controller';
import { maker, rejection } from '../controller/made';
import { FailsOnceMore, KeepsItsFailure, TriesTheNextPort } from '../fixtures/controllers/listens-late';

const make = maker(() => new ThreadLoop());
let other: Server;
let taken: number;
beforeAll(async () => {
  other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  ({ port: taken } = other.address() as AddressInfo);
});
afterAll(() => {
  other.close();
});

test('a start that goes on tells why its server does not listen', async () => {
  const controller = make(KeepsItsFailure, { data: { taken } });
  const starting = rejection(controller.start());
  const { stream } = await controller.waitForLog(
    `A server could not listen: listen EADDRINUSE: address already in use 127.0.0.1:${String(taken)}.`,
  );
  expect(stream).toBe('stderr');
  await controller.stop();
  expect(await starting).toMatchObject({ code: 'ERR_STOPPED' });
});

test('nothing is told of one that listens at another port then', async () => {
  const failed = make(TriesTheNextPort, { data: { taken }, readyTimeout: 1000 }).start();
  await expect(failed).rejects.toMatchObject({ code: 'ERR_READY_TIMEOUT', message: expect.not.stringContaining('could not listen') });
});

test('the failure of another server after that is told of', async () => {
  const failed = make(FailsOnceMore, { data: { taken }, readyTimeout: 5000 }).start();
  await expect(failed).rejects.toMatchObject({ code: 'ERR_READY_TIMEOUT', message: expect.stringContaining('could not listen') });
});
