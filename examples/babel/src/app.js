import Koa from 'koa';
import { rollDice } from '@app/dice';

const app = new Koa();
app.use((context) => {
  context.body = { rolled: rollDice(context.query.sides ?? 6) };
});

export default app;
