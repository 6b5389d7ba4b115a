'use strict';
const { createServer } = require('node:net');
const { Controller } = require('jest-controller');

exports.EchoController = class EchoController extends Controller {
  factory() {
    return createServer((socket) => socket.pipe(socket));
  }
};
