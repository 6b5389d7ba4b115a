const { createServer } = require('node:net');
const { Controller } = require('jest-controller');

exports.EchoController = class EchoController extends Controller {
  factory() {
    return createServer((socket) => socket.pipe(socket));
  }

  add(a, b) {
    return a + b;
  }

  callBack(callback) {
    return callback(new Map([['key', new Date(0)]]));
  }

  fail() {
    throw new RangeError('told to fail');
  }

  throwSoon() {
    setImmediate(() => {
      throw new TypeError('told to crash');
    });
  }

  spin() {
    setImmediate(() => {
      for (;;);
    });
  }
};
