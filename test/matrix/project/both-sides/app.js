const { createServer } = require('node:http');

function answerLater(done) {
  setImmediate(() => {
    done('you asked');
  });
}

module.exports = createServer((request, response) => {
  answerLater((text) => {
    response.end(text);
  });
});
