const express = require('express');
const mailer = require('./mailer');

const app = express();
app.use(express.json());

app.post('/orders', async (request, response) => {
  const { item, email } = request.body;
  if (typeof item !== 'string') {
    response.status(400).json({ error: 'item is missing' });
    return;
  }
  await mailer.send(email, `You ordered: ${item}`);
  response.status(201).set('location', `/orders/${item}`).json({ item });
});

app.get('/slow', (_request, response) => {
  setTimeout(() => response.json({ answered: true }), 100);
});

module.exports = app;
