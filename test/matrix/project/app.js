const { createServer } = require('node:http');

module.exports = createServer((request, response) => {
  response.end(answer(request.url));
});

function answer(url) {
  return `you asked for ${url}`;
}
