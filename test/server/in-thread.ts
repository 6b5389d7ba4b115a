/**
 * Runs a server as a user's is run: by a controller, in a thread. The test file needs the environment.
 */
import { once } from 'node:events';
import { FixtureController } from '../fixtures/servers/fixture.controller';
import { STOP_TIMEOUT } from '../limits';
import type { Runner } from './runners';

const running = new Set<FixtureController>();

export const inThread: Runner = {
  name: 'in a thread',
  isolates: true,
  async start(fixture, { hostname, port, path, stopTimeout = STOP_TIMEOUT, fails = false } = {}) {
    const options = { data: { fixture, fails }, stopTimeout, readyTimeout: 15_000, ...(path === undefined ? {} : { path }) };
    const controller = new FixtureController(hostname, port, options);
    await controller.start();
    running.add(controller);
    return {
      address: controller.address,
      url: controller.url,
      stop: async () => {
        const report = await controller.stop();
        running.delete(controller);
        return report;
      },
      crash: async () => {
        const crashed = once(controller, 'crashed');
        await controller.remote.crash().catch(() => undefined);
        await crashed;
        return controller.error;
      },
    };
  },
  alive: () => Promise.resolve([...running].map(({ state }) => state)),
};
