/**
 * What a project's set-up files see of the controllers in its configuration: `setupFiles` run before the environment is set up.
 */
import { expect, test } from '@jest/globals';
import { ranBefore } from './run-jest';

const outcome = ranBefore({
  'jest.config.js': `
    const base = { preset: 'jest-controller', transform: {}, testEnvironmentOptions: { controllers: { api: './api.js' } } };
    module.exports = { projects: [
      { ...base, displayName: 'after', testMatch: ['**/after.test.js'], setupFilesAfterEnv: ['<rootDir>/port.js'] },
      { ...base, displayName: 'before', testMatch: ['**/before.test.js'], setupFiles: ['<rootDir>/port.js'] },
      { ...base, displayName: 'careful', testMatch: ['**/careful.test.js'], setupFiles: ['<rootDir>/names.js'] },
    ] };`,
  'port.js': `process.env.API_PORT = String(controllers.api.port);`,
  'names.js': `process.env.SEEN = typeof controllers + typeof controllers.other + JSON.stringify(controllers);`,
  'after.test.js': `
    test('has the port', async () => { expect(await (await fetch('http://127.0.0.1:' + process.env.API_PORT)).text()).toMatch('api'); });`,
  'before.test.js': `test('never runs', () => {});`,
  'careful.test.js': `
    test('has the controller', () => { expect([process.env.SEEN, controllers.api.state]).toEqual(['objectundefined{}', 'running']); });`,
});

test('a file of setupFilesAfterEnv has them', () => {
  expect(outcome().statuses('after.test.js')).toStrictEqual({ 'has the port': 'passed' });
});

test('one of setupFiles is told where they are, in place of their configuration', () => {
  const failure = outcome().fileFailure('before.test.js');
  expect(failure).toContain('controllers.api');
  expect(failure).toContain('setupFilesAfterEnv');
  expect(failure).toContain('port.js:1');
});

test('one that reads none of them goes on', () => {
  expect(outcome().statuses('careful.test.js')).toStrictEqual({ 'has the controller': 'passed' });
});
