import type { IncomingMessage, ServerResponse } from 'node:http';

/** A plain request listener is a server, too. */
export function greet(request: IncomingMessage, response: ServerResponse): void {
  response.end(`hello, ${decodeURIComponent(request.url?.slice(1) ?? '')}`);
}
