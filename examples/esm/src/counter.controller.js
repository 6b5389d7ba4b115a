import { createServer } from 'node:http';
import { Controller } from 'jest-controller';

export class CounterController extends Controller {
  #count = 0;

  factory() {
    return createServer((_request, response) => response.end(String((this.#count += 1))));
  }
}
