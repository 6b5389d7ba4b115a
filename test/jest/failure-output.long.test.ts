/**
 * Which output a failing test shows: that of its own time span, across restarts, lines without their end included.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fitProject, type FitProject } from '../fit/fit-project';

let project: FitProject;

beforeAll(async () => {
  project = await fitProject({
    'jest.config.js': `module.exports = { preset: 'jest-controller', transform: {} };`,
    'speaker.js': `
      const { createServer } = require('node:net');
      const { Controller } = require('jest-controller');
      exports.Speaker = class Speaker extends Controller {
        factory() { return createServer(); }
        say(text) { process.stdout.write(text); }
      };`,
    'a.test.js': `
      const { useController } = require('jest-controller');
      const { Speaker } = require('./speaker');
      const speaker = useController(Speaker, { scope: 'test' });
      test('passes', async () => { await speaker.remote.say('of the first test\\n'); });
      test('fails', async () => {
        await speaker.remote.say('before the restart\\n');
        await speaker.restart();
        await speaker.remote.say('password: ');
        expect(speaker.logs.map(({ text }) => text)).toContain('something else');
      });`,
  });
});

afterAll(() => project.remove());

test('is all that was written during the test, and nothing before', async () => {
  const { output } = await project.run();
  expect(output).toMatch(/Output of Speaker during this test:\s+\| before the restart\s+\| password:/);
  expect(output).not.toContain('of the first test');
});
