import { expect, test } from '@jest/globals';
import { nearest } from '../../src/errors/nearest';

const KNOWN = ['readyTimeout', 'loadTimeout', 'stopTimeout', 'data', 'path', 'mocks', 'logs', 'env', 'hostname', 'port', 'export'];

test.each([
  ['readyTimout', 'readyTimeout'],
  ['readytimeout', 'readyTimeout'],
  ['loadTimeoutMs', 'loadTimeout'],
  ['prot', 'port'],
  ['mock', 'mocks'],
  ['host', 'hostname'],
  ['exports', 'export'],
])('%s is near %s', (wrong, right) => {
  expect(nearest(wrong, KNOWN)).toBe(right);
});

test.each(['timeout', 'server', 'x', '', 'transform', 'ca'])('%p is near nothing', (wrong) => {
  expect(nearest(wrong, KNOWN)).toBeUndefined();
});
