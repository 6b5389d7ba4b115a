// The other ends of the wires that remote calls are compared with.
'use strict';
const { parentPort, receiveMessageOnPort, workerData } = require('node:worker_threads');

if (workerData.kind === 'message-port') {
  parentPort.on('message', ([a, b]) => parentPort.postMessage(a + b));
  parentPort.postMessage('ready');
} else if (workerData.kind === 'atomics') {
  // It answers from its event loop, as a thread does in which a server runs; only the caller blocks.
  const { port, wake } = workerData;
  port.on('message', ([a, b]) => {
    port.postMessage(a + b);
    Atomics.add(wake, 0, 1);
    Atomics.notify(wake, 0);
  });
  parentPort.postMessage('ready');
} else if (workerData.kind === 'blocks') {
  // It does nothing but wait for the next call, on the shared memory like its caller: no server could run in it.
  const { port, wake, asked } = workerData;
  parentPort.postMessage('ready');
  for (;;) {
    const seen = Atomics.load(asked, 0);
    const received = receiveMessageOnPort(port);
    if (received === undefined) {
      Atomics.wait(asked, 0, seen);
      continue;
    }
    const [a, b] = received.message;
    port.postMessage(a + b);
    Atomics.add(wake, 0, 1);
    Atomics.notify(wake, 0);
  }
}
