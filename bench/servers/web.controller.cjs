'use strict';
const { Controller } = require('jest-controller');
const { makeServer } = require('./web.cjs');

exports.WebController = class WebController extends Controller {
  factory() {
    return makeServer();
  }

  add(a, b) {
    return a + b;
  }

  emitMany(count, text) {
    for (let index = 0; index < count; index++) this.emit('line', index, text);
  }
};
