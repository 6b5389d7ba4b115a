// The limit: a worker thread that listens and posts its port, with nothing around it.
'use strict';
const { createServer } = require('node:net');
const { parentPort } = require('node:worker_threads');

const server = createServer((socket) => socket.pipe(socket));
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
