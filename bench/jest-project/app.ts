import express from 'express';
import { users } from './users';

const app = express();
app.get('/users', (_request, response) => {
  response.json(users());
});

export default app;
