import { createBirpc } from 'birpc';
import { parentPort } from 'node:worker_threads';

createBirpc({ add: (a, b) => a + b }, { post: (data) => parentPort.postMessage(data), on: (heard) => parentPort.on('message', heard) });
parentPort.postMessage('ready');
