import { createServer } from 'node:http';
import { Controller } from 'jest-controller';

export class ClockController extends Controller {
  #now = new Date('2020-01-01T00:00:00Z');

  factory() {
    return createServer((_request, response) => response.end(this.#now.toISOString()));
  }

  setTime(now: Date) {
    this.#now = now;
  }
}
