// The test loads what the server loads: what each of them runs of it adds up.
const { expect, test } = require('@jest/globals');
const { useController } = require('jest-controller');
require('./app');

const app = useController(() => import('./app'));

test('code that only the server runs counts', async () => {
  expect(await (await fetch(app.url)).text()).toBe('you asked');
});
