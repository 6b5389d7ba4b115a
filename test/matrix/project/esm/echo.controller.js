import { createServer } from 'node:net';
import { Controller } from 'jest-controller';

export class EchoController extends Controller {
  static module = import.meta.url;

  factory() {
    return createServer((socket) => socket.pipe(socket));
  }

  add(a, b) {
    return a + b;
  }
}
