/**
 * After: supertest stays, and gets a URL in place of the app. `mocks` takes the place of jest.mock(), and the double is asked across.
 */
const request = require('supertest');
const { useController } = require('jest-controller');

const api = useController(() => import('../src/app'), { mocks: { '../src/mailer': './mailer.fake' } });

afterEach(() => {
  jest.useRealTimers();
});

test('takes an order and confirms it', async () => {
  const response = await request(api.url).post('/orders').send({ item: 'tea', email: 'ada@example.org' });
  expect(response.status).toBe(201);
  expect(response.headers.location).toBe('/orders/tea');
  expect(response.body).toEqual({ item: 'tea' });
  const line = await api.waitForLog(/^mail/);
  expect(line.text).toBe('mail to ada@example.org: You ordered: tea');
});

test('refuses an order for nothing', async () => {
  await request(api.url).post('/orders').send({}).expect(400, { error: 'item is missing' });
});

test('fakes the time of the test alone', async () => {
  // superagent, the client, needs these two; the server needs nothing of this clock.
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
  await request(api.url).get('/slow').expect(200, { answered: true });
});
