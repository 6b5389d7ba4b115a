/**
 * Before: the app runs inside the test. It shares the test's event loop, its module registry and its clock.
 */
const request = require('supertest');
const app = require('../src/app');
const mailer = require('../src/mailer');

jest.mock('../src/mailer');

test('takes an order and confirms it', async () => {
  const response = await request(app).post('/orders').send({ item: 'tea', email: 'ada@example.org' });
  expect(response.status).toBe(201);
  expect(response.headers.location).toBe('/orders/tea');
  expect(response.body).toEqual({ item: 'tea' });
  expect(mailer.send).toHaveBeenCalledWith('ada@example.org', 'You ordered: tea');
});

test('refuses an order for nothing', async () => {
  await request(app).post('/orders').send({}).expect(400, { error: 'item is missing' });
});
