import { createServer } from 'node:net';
import { Controller } from 'jest-controller';

/** The classic: whatever a client sends comes back. */
export class EchoController extends Controller {
  #lines = 0;

  factory() {
    return createServer((socket) => {
      socket.on('data', () => (this.#lines += 1));
      socket.pipe(socket);
    });
  }

  /** Called from the test as `echo.remote.countLines()`; it runs here, beside the server. */
  countLines() {
    return this.#lines;
  }
}
