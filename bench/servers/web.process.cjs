// A process of its own: for fork (says when it listens) and for tools that poll a port (PORT).
'use strict';
const { makeServer } = require('./web.cjs');

const server = makeServer();
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => process.send?.(server.address().port));
