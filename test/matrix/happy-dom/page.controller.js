const { createServer } = require('node:http');
const { Controller } = require('jest-controller');

exports.PageController = class PageController extends Controller {
  factory() {
    return createServer((request, response) => {
      response.setHeader('access-control-allow-origin', '*');
      response.end(JSON.stringify({ url: request.url }));
    });
  }

  days() {
    return new Map([['first', new Date(0)]]);
  }

  fail() {
    throw new RangeError('too far');
  }

  twice(callback) {
    return callback(2).then((value) => value * 2);
  }
};
