/**
 * @jest-environment jest-controller/environment
 */
import { expect, test } from '@jest/globals';
import { inForm } from '../form';
import { FixtureController } from '../fixtures/servers/fixture.controller';

test.each(inForm(['nest-express', 'nest-fastify'], ['nest-fastify']))('the shutdown hooks of NestJS run at stop: %s', async (fixture) => {
  const controller = new FixtureController(undefined, undefined, { data: { fixture, fails: false }, readyTimeout: 15_000 });
  await controller.start();
  const said = (): string[] => controller.logs.map(({ text }) => text);
  expect(said()).not.toContain('the application is told of its shutdown');
  await controller.stop();
  expect(said()).toContain('the application is told of its shutdown');
});
