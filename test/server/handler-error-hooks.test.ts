/**
 * What is done to applications so that their errors are seen: no start fails for it, and nothing is done twice that must not be.
 */
import connect from 'connect';
import { EventEmitter } from 'node:events';
import Koa from 'koa';
import { expect, jest, test } from '@jest/globals';
import { watchApplications } from '../../src/server/traffic/handler-error-hooks';
import makeHttp from '../fixtures/servers/http';

const refuses = (): never => {
  throw new Error('not to be touched yet');
};

test.each([
  ['whose getter throws', { server: makeHttp(), get later() { return refuses(); } }], // prettier-ignore
  ['with a proxy that throws', { server: makeHttp(), later: new Proxy({}, { get: refuses, has: refuses }) }],
])('a bundle %s is looked at as far as it can be', (_name, bundle) => {
  expect(() => {
    watchApplications(bundle);
  }).not.toThrow();
});

test('a Koa application that is started again on its loop prints its errors as before, and once', () => {
  const print = jest.fn();
  const app = Object.assign(new Koa(), { onerror: print });
  for (let round = 1; round <= 2; round += 1) {
    watchApplications(app);
    app.callback();
    EventEmitter.prototype.emit.call(app, 'error', new Error('thrown in koa'), {});
    expect(print).toHaveBeenCalledTimes(round);
  }
});

test('a connect application that is started again on its loop gets no second layer', () => {
  const app = connect();
  watchApplications(app);
  const layers = app.stack.length;
  watchApplications(app);
  expect(app.stack).toHaveLength(layers);
});
