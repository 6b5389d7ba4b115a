// The web server that every peer runs: plain http with a WebSocket endpoint.
'use strict';
const { createServer } = require('node:http');
const { WebSocketServer } = require('ws');

exports.makeServer = () => {
  const server = createServer((request, response) => {
    const spin = Number(request.headers['x-spin'] ?? 0);
    const until = performance.now() + spin;
    while (performance.now() < until);
    response.setHeader('content-type', 'application/json');
    response.end('{"hello":"world"}');
  });
  new WebSocketServer({ server }).on('connection', (socket) => socket.on('message', (text) => socket.send(text)));
  return server;
};
