/**
 * Stacks of the server's code show the lines of its source, however a transform hands its source map over.
 */
import { describe, expect, test } from '@jest/globals';
import { ranBefore } from '../jest/run-jest';

/** What modules do that format stacks by themselves. */
const FORMATTERS = {
  'source-map-support': `require('source-map-support/register');`,
  'one that writes frames as they are': `Error.prepareStackTrace = (error, frames) => [String(error), ...frames].join('\\n    at ');`,
  'one that asks each frame': `Error.prepareStackTrace = (error, frames) => [
    String(error), ...frames.map((frame) => [frame.getFileName(), frame.getLineNumber(), frame.getColumnNumber()].join(':')),
  ].join('\\n    at ');`,
  'one behind another': `
    Error.prepareStackTrace = (error, frames) => [String(error), ...frames].join('\\n    at ');
    const before = Error.prepareStackTrace;
    Error.prepareStackTrace = (error, frames) => before(error, frames);`,
  'one before that of Node': `
    const { prepareStackTrace = (error, frames) => [String(error), ...frames].join('\\n    at ') } = Error;
    Error.prepareStackTrace = (error, frames) => prepareStackTrace(error, frames.slice());`,
  'one that was there for a moment': `
    const before = Error.prepareStackTrace;
    Error.prepareStackTrace = (error, frames) => frames;
    Error.prepareStackTrace = before;`,
};

const FILES = {
  'jest.config.js': `
    module.exports = {
      preset: 'jest-controller',
      transform: { 'inside': '<rootDir>/inside.js', 'apart': '<rootDir>/apart.js' },
    };`,
  // What runs is ten lines further down than its source. A place that is looked up twice is on the first line.
  'moved.js': `
    const MOVED = 10;
    exports.move = (source, file) => {
      const lines = source.split('\\n').map((_line, index) => (index === 0 ? 'AAAA' : 'AACA'));
      const map = { version: 3, sources: [file], sourcesContent: [source], names: [], mappings: 'AAAA;'.repeat(MOVED) + lines.join(';') };
      return { code: '\\n'.repeat(MOVED) + source, map };
    };`,
  'inside.js': `
    const { move } = require('./moved');
    exports.process = (source, file) => {
      const { code, map } = move(source, file);
      const data = Buffer.from(JSON.stringify(map)).toString('base64');
      return { code: code + '\\n//# sourceMappingURL=data:application/json;base64,' + data };
    };`,
  'apart.js': `exports.process = require('./moved').move;`,
  'apart/throws.js': `\nmodule.exports = () => {\n  throw new Error('from its third line');\n};`,
  'format.test.js': `
    const { useController } = require('jest-controller');
    ${Object.keys(FORMATTERS)
      .map(
        (name, index) =>
          `describe('${name}', () => { useController(() => import('./format${index.toString()}')); test('fails', () => undefined); });`,
      )
      .join('\n')}`,
  ...Object.fromEntries(
    Object.values(FORMATTERS).map((text, index) => [
      `format${index.toString()}.js`,
      `${text}\nmodule.exports = require('./apart/throws');`,
    ]),
  ),
  'menu.controller.js': `
    require('source-map-support/register');
    const { Controller } = require('jest-controller');
    exports.Menu = class Menu extends Controller {
      factory() { return () => undefined; }
      cook() { throw new Error('burnt'); }
    };`,
  'menu.test.js': `
    const { useController } = require('jest-controller');
    const { Menu } = require('./menu.controller');
    const menu = useController(Menu);
    test('cooks', () => menu.remote.cook());`,
  ...Object.fromEntries(
    ['inside', 'apart'].flatMap((name) => [
      [`${name}/app ö.js`, `\nmodule.exports = () => {\n  throw new Error('from its third line');\n};`],
      [
        `${name}.test.js`,
        `
        const { useController, ProcessLoop } = require('jest-controller');
        describe('a thread', () => { useController(() => import('./${name}/app ö')); test('fails', () => undefined); });
        describe('a process', () => { useController(() => import('./${name}/app ö'), { loop: new ProcessLoop() }); test('fails', () => undefined); });
      `,
      ],
    ]),
  ),
};

const outcome = ranBefore(FILES);

describe.each(['inside', 'apart'])('a source map that is %s the code', (name) => {
  test.each(['thread', 'process'])('has an effect in a %s', (loop) => {
    expect(outcome().test(`${name}.test.js`, `a ${loop} fails`).failures.join('\n')).toMatch(/app ö\.js:3:/);
  });
});

test.each(Object.keys(FORMATTERS))('has an effect in stacks by %s', (name) => {
  expect(outcome().test('format.test.js', `${name} fails`).failures.join('\n')).toMatch(/throws\.js:3:1\b/);
});

test('source-map-support calls a method by its own name, not by what this package writes to call it', () => {
  expect(outcome().test('menu.test.js', 'cooks').failures.join('\n')).toContain('at Menu.cook (');
});
