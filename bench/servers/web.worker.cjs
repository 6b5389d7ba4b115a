'use strict';
const { parentPort } = require('node:worker_threads');
const { makeServer } = require('./web.cjs');

const server = makeServer();
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
