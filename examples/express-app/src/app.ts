import express from 'express';
import { addUser, listUsers } from './users';

// An application as it would be without any test: nothing here knows of jest-controller.
const app = express();
app.use(express.json());

app.get('/users', (_request, response) => {
  response.json(listUsers());
});

app.post('/users', (request, response) => {
  const { name } = request.body as { name?: unknown };
  if (typeof name !== 'string') {
    response.status(400).json({ error: 'name is missing' });
    return;
  }
  response.status(201).json(addUser(name));
});

export default app;
