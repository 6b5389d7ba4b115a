/**
 * Remembers what the server's code has asked of others, for a test that has put something in the place of those on its own side. Server side.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { Noted } from '../protocol/noted';
import { epochNow } from '../time/clock';

/** Requests that are kept, the latest. */
const MOST = 5;
const LOOPBACK = /^(?:\w+:\/\/)?(?:localhost|127\.[\d.]+|\[?::1\]?)(?::\d+)?$/;

let sent: readonly Noted[] = [];

/** Begins to remember. Call it before anything of the user's loads. */
export function rememberRequests(): void {
  const known = new WeakSet<ClientRequest>();
  const remember = (message: unknown): void => {
    const { request } = message as { request: ClientRequest };
    if (known.has(request) || LOOPBACK.test(request.host)) return;
    known.add(request);
    // Node takes anything for a path that makes a text, such as an URL, which its types do not say.
    const path = String(request.path);
    note(request.method, `${request.protocol}//${String(request.getHeader('host') ?? request.host)}`, path);
  };
  subscribe('http.client.request.start', remember);
  // Its start is told when its body is whole, which it never is where that waits for a connection to a host that nobody knows.
  subscribe('http.client.request.error', remember);
  // Of `fetch`, and of the package of that name.
  subscribe('undici:request:create', (message) => {
    const { request } = message as { request: { method: string; origin: string | URL; path: string } };
    const origin = String(request.origin);
    if (!LOOPBACK.test(origin)) note(request.method, origin, request.path);
  });
}

/** The latest requests to other hosts than this one, without their queries: `GET https://example.org/keys`. */
export function requestsSent(): readonly Noted[] {
  return sent;
}

function note(method: string, origin: string, path: string): void {
  // Who asks by way of a proxy has all of the address in the path.
  const whole = /^\w+:\/\//.test(path) ? path : `${origin}${path}`;
  const line = `${method} ${whole.replace(/[?#].*/s, '')}`;
  const others = sent.filter((earlier) => earlier.line !== line);
  sent = [...others, { line, time: epochNow() }].slice(-MOST);
}
