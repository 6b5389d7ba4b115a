const { createServer } = require('node:http');

// One of the two is never reached, on either side, and counts once.
const text = process.env.NOBODY_SETS_THIS ? 'nobody asked' : 'you asked';

function answerLater(done) {
  setImmediate(() => {
    done(text);
  });
}

module.exports = createServer((request, response) => {
  answerLater((answer) => {
    response.end(answer);
  });
});
