'use strict';
const { parentPort } = require('node:worker_threads');
const app = require('./express.cjs');

const server = app.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
