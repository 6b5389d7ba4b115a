import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { parentPort } from 'node:worker_threads';

Comlink.expose({ add: (a, b) => a + b }, nodeEndpoint(parentPort));
parentPort.postMessage('ready');
