/**
 * By which server a connection has come. Server side; pure.
 *
 * One that only accepts may hand its sockets on to others, which answer: for HTTP and HTTPS on one port, or behind a proxy that says first for whom
 * it calls. They belong to the one that accepted them, which is not done before they are closed.
 */
import { Server, type Socket } from 'node:net';
import { member } from '../members';

/**
 * The server that accepted `socket`, or the one that is inside it under TLS; undefined for a stream that none has accepted. Node keeps it twice, and an HTTP
 * server that is handed the socket puts itself in the place of the public one (lib/_http_server.js, connectionListenerInternal).
 */
export function acceptedBy(socket: Socket): Server | undefined {
  return [socket, member(socket, '_parent')].map((one) => member(one, '_server')).find((server) => server instanceof Server);
}

/** Whose a request is: that of the server which accepted its connection, or which answers where none has. */
export function serverOf({ socket, server }: { readonly socket: Socket; readonly server: Server }): Server {
  return acceptedBy(socket) ?? server;
}
