import { createServer } from 'node:http';
import { Controller } from 'jest-controller';
import { WebSocketServer } from 'ws';

/** Sends what one member says to all of them. */
export class ChatController extends Controller {
  #sockets = new WebSocketServer({ noServer: true });

  factory() {
    const server = createServer((_request, response) => response.end('a chat'));
    server.on('upgrade', (request, socket, head) => {
      this.#sockets.handleUpgrade(request, socket, head, (client) => {
        client.on('message', (text) => this.#sayToAll(text.toString()));
        client.send('welcome');
      });
    });
    return server;
  }

  countMembers() {
    return this.#sockets.clients.size;
  }

  #sayToAll(text: string) {
    for (const client of this.#sockets.clients) client.send(text);
  }
}
