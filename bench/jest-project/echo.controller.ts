import { createServer } from 'node:net';
import { Controller } from 'jest-controller';

export class EchoController extends Controller {
  factory() {
    return createServer((socket) => socket.pipe(socket));
  }
}
