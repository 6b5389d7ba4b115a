import { readFile } from 'node:fs/promises';
import { Hono } from 'hono';

// A server module may await before it is ready; that counts as loading.
const greeting = await readFile(new URL('./greeting.txt', import.meta.url), 'utf8');

const app = new Hono();
app.get('/greet/:name', (context) => context.text(greeting.trim().replace('NAME', context.req.param('name'))));

export default app;
