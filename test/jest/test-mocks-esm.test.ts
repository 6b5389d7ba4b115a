/**
 * A failing test is told which of its `jest.unstable_mockModule()`s do not reach a server of ES modules.
 */
import { describe, expect, test } from '@jest/globals';
import { ranBefore } from './run-jest';

const FILES = {
  'package.json': '{ "name": "project", "type": "module" }',
  'jest.config.js': `export default { preset: 'jest-controller', transform: {} };`,
  'mailer.js': `export const send = (isLate = false) => isLate ? 'late' : 'real';`,
  'fake.js': `export { send } from './mailer.js';`,
  'unused.js': `export const send = () => 'real';`,
  'app.js': `
    import { send } from './mailer.js';
    export default (request, response) => response.end(send());`,
  'mocked.test.js': `
    import { jest } from '@jest/globals';
    import { useController } from 'jest-controller';
    jest.unstable_mockModule('./mailer.js', () => ({ send: () => 'mock' }));
    jest.unstable_mockModule('./unused.js', () => ({ send: () => 'never' }));
    const ask = async (app) => (await fetch(app.url)).text();
    describe('as it is', () => {
      const app = useController(() => import('./app.js'));
      test('fails', async () => { expect(await ask(app)).toBe('mock'); });
    });
    describe('replaced', () => {
      const app = useController(() => import('./app.js'), { mocks: { './mailer.js': './fake.js' } });
      test('fails', async () => { expect(await ask(app)).toBe('mock'); });
    });
  `,
};

describe.each([
  ['without coverage', []],
  ['with coverage by V8', ['--coverage', '--coverageProvider=v8', '--coverageReporters=text']],
])('%s', (_how, args) => {
  const outcome = ranBefore(FILES, { args, env: { NODE_OPTIONS: '--experimental-vm-modules' } });

  const failure = (name: string): string => outcome().test('mocked.test.js', name).failures.join('\n');

  test('a mock of a module that the server has imported is named', () => {
    expect(failure('as it is fails')).toContain(
      "app's server has loaded the real './mailer.js': jest.unstable_mockModule() acts on this side only. " +
        "Replace it there with the option `mocks: { './mailer.js': './your-fake' }`.",
    );
  });

  test('one that it has not imported is none, nor one whose replacement has imported the original', () => {
    expect(failure('as it is fails')).not.toContain('unused');
    expect(failure('replaced fails')).toContain('"mock"');
    expect(failure('replaced fails')).not.toContain('has loaded the real');
  });

  if (args.length > 0) {
    test('to look for it leaves the counts of branches as they are', () => {
      expect(outcome().output).toMatch(/mailer\.js +\| +100 +\| +(?!100)\d/);
    });
  }
});
