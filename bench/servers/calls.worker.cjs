// The other ends of the wires that remote calls are compared with.
'use strict';
const { parentPort, receiveMessageOnPort, workerData } = require('node:worker_threads');

if (workerData.kind === 'message-port') {
  parentPort.on('message', ([a, b]) => parentPort.postMessage(a + b));
  parentPort.postMessage('ready');
} else if (workerData.kind === 'atomics') {
  const { port, wake } = workerData;
  parentPort.postMessage('ready');
  for (;;) {
    const seen = Atomics.load(wake, 1);
    for (let received; (received = receiveMessageOnPort(port)) !== undefined;) {
      const [a, b] = received.message;
      port.postMessage(a + b);
      Atomics.add(wake, 0, 1);
      Atomics.notify(wake, 0);
    }
    Atomics.wait(wake, 1, seen);
  }
}
