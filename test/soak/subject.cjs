/** The server of the soak: well-behaved, and misbehaving when told. Loaded on both sides. */
const { createServer } = require('node:net');
const { Controller } = require('jest-controller');

exports.Subject = class Subject extends Controller {
  factory() {
    const { fails } = this.data ?? {};
    if (fails === 'throws') throw new RangeError('told to throw');
    if (fails === 'never') return new Promise(() => undefined);
    return createServer((socket) => {
      socket.on('error', () => undefined);
      socket.pipe(socket);
    });
  }

  add(a, b) {
    return a + b;
  }

  callBack(callback) {
    return callback('called');
  }

  hang() {
    return new Promise(() => undefined);
  }

  throwSoon() {
    setImmediate(() => {
      throw new TypeError('told to crash');
    });
  }

  rejectSoon() {
    void Promise.reject(new TypeError('told to reject'));
  }

  exitSoon(code) {
    setImmediate(() => process.exit(code));
  }

  spinSoon() {
    setImmediate(() => {
      for (;;);
    });
  }

  leave() {
    setInterval(() => undefined, 1000);
  }

  print() {
    console.log('printed');
  }

  raise() {
    this.emit('raised', 1);
  }

  quit() {
    return this.stop();
  }
};
