import { EventEmitter, once } from 'node:events';
import { WebSocket } from 'ws';

/** A client that connects again when the server comes back. Emits `message` with each text, `lost` when the connection is gone. */
export class ChatClient extends EventEmitter {
  #socket: WebSocket | undefined;
  #closed = false;

  constructor(readonly url: string) {
    super();
    this.#connect();
  }

  say(text: string) {
    this.#socket?.send(text);
  }

  async hears(): Promise<string> {
    const [text] = (await once(this, 'message')) as [string];
    return text;
  }

  close() {
    this.#closed = true;
    this.#socket?.close();
  }

  #connect() {
    const socket = new WebSocket(this.url);
    this.#socket = socket;
    socket.on('message', (data) => this.emit('message', data.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.emit('lost');
      if (!this.#closed) setTimeout(() => this.#connect(), 10);
    });
  }
}
