/** A server's module as use-controller.types.ts imports it. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { Controller } from 'jest-controller';

export class Counter extends Controller {
  factory(): Server {
    return createServer();
  }
  count(): number {
    return 1;
  }
}

export function makeServer(): Server {
  return createServer();
}

export const listener: RequestListener = (_request, response) => {
  response.end();
};

export function countUsers(): number {
  return 0;
}

export default makeServer;
