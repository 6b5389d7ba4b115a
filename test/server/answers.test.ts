/**
 * What is told of an answer with 500 or more: its request, its status, and the beginning of what it says.
 */
import { once } from 'node:events';
import { createServer, ServerResponse, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { brotliCompressSync, createGzip, deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { answerOf, noteRequest, wordedAnswerOf } from '../../src/server/traffic/answers';
import { ledgerOf } from '../../src/server/traffic/ledger';

interface Told {
  readonly plain: string;
  readonly worded: string;
}

/** What is told of the answer that `listener` gives to a request for `/users?page=2`, whose status is 500 where it sets none. */
async function toldOf(listener: (response: ServerResponse) => void, Response = ServerResponse): Promise<Told> {
  const answered: Promise<ServerResponse>[] = [];
  const answer: RequestListener = (request, response) => {
    noteRequest(request, response);
    answered.push(once(response, 'finish').then(() => response));
    response.statusCode = 500;
    listener(response);
  };
  const server = createServer({ ServerResponse: Response }, answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port.toString()}/users?page=2`)).arrayBuffer();
  const [response] = await Promise.all(answered);
  server.close();
  return { plain: answerOf(response as ServerResponse), worded: wordedAnswerOf(response as ServerResponse) };
}

/** As a middleware does. */
function compressed(encoding: string, bytes: Uint8Array): (response: ServerResponse) => void {
  return (response) => response.setHeader('content-encoding', encoding).end(bytes);
}

/** A page as applications render them, with much above what it is about. */
function page(content: string): string {
  const head = '<meta name="x" content="y">'.repeat(100);
  const links = '<li><a href="/somewhere/else">Elsewhere</a></li>'.repeat(100);
  return `<!DOCTYPE html><html><head>${head}</head><body><a href="#main">Skip to main content</a><ul>${links}</ul>${content}</body></html>`;
}

/** Long even when it is compressed. */
const LONG = Array.from({ length: 5000 }, (_none, index) => index).join(' ');

const PLAIN = 'GET /users?page=2 with 500';

test.each<[string, (response: ServerResponse) => void, string]>([
  ['text', (response) => response.end('no such table'), 'no such table'],
  ['bytes', (response) => response.end(Buffer.from('no such table: tröt')), 'no such table: tröt'],
  ['text in several lines', (response) => response.end('no such\n  table\n'), 'no such table'],
  [
    'JSON',
    (response) => response.setHeader('content-type', 'application/json').end('{"error":"no such table"}'),
    '{"error":"no such table"}',
  ],
  [
    'a page',
    (response) =>
      response.end(
        '<html><head><title>Error</title></head><body><pre>Error: 1 &lt; 2 &amp;&#39;<br> &nbsp; &nbsp;at x.js:1<br> &nbsp; &nbsp;at y.js:2<br></pre></body></html>',
      ),
    "Error: 1 < 2 &' at x.js:1",
  ],
  [
    'JSON with a stack, by that alone',
    (response) =>
      response.end(
        '{"name":"RangeError","message":"not \\"x\\"","stack":"RangeError: not \\"x\\"\\n    at x.js:1\\n    at y.js:2","code":7}',
      ),
    'RangeError: not "x" at x.js:1',
  ],
  [
    'JSON with a stack further inside, over several lines',
    (response) =>
      response.end(JSON.stringify({ error: { status: 500, stack: 'RangeError: no\n    at C:\\x.js:1\n    at y.js:2' } }, null, 2)),
    'RangeError: no at C:\\x.js:1',
  ],
  [
    'JSON with a stack that is cut',
    (response) => response.end(JSON.stringify({ stack: `RangeError: no\n    at x.js:1\n${'    at y\\z.js:2\n'.repeat(500)}` })),
    'RangeError: no at x.js:1',
  ],
  [
    'a stack that begins in a package, by the first frame outside it',
    (response) =>
      response.end(
        'Error: no such table\n    at run (/app/node_modules/orm/run.js:1:2)\n    at new Promise (<anonymous>)\n    at node:internal/x:3:4\n' +
          '    at load (/app/users.js:5:6)\n    at answer (/app/app.js:7:8)\n',
      ),
    'Error: no such table at load (/app/users.js:5:6)',
  ],
  [
    'the same in JSON',
    (response) =>
      response.end(
        JSON.stringify({ stack: 'Error: no\n    at C:\\app\\node_modules\\orm\\run.js:1:2\n    at load (C:\\app\\users.js:5:6)' }),
      ),
    'Error: no at load (C:\\app\\users.js:5:6)',
  ],
  [
    'a stack of packages only',
    (response) =>
      response.end(
        'Error: no\n    at run (/app/node_modules/orm/run.js:1:2)\n    at go (/app/node_modules/orm/go.js:3:4)\n    at cut (/ap',
      ),
    'Error: no at run (/app/node_modules/orm/run.js:1:2)',
  ],
  ['JSON with a stack of another kind', (response) => response.end('{"stack":"lamp","error":"none"}'), '{"stack":"lamp","error":"none"}'],
  [
    'a page with a layout around it, by what it is about',
    (response) => response.end(page('<main class="wide"><h1>no such table</h1><pre>Error: no such table<br> at x.js:1</pre></main>')),
    'no such table Error: no such table at x.js:1',
  ],
  ['a page with a layout, and a heading only', (response) => response.end(page('<div><h1>no such table</h1></div>')), 'no such table'],
  ['a page that is cut in a tag', (response) => response.end(`<html><body>no such table<p class="${'x'.repeat(2_000)}">`), 'no such table'],
  [
    'an answer in pieces',
    (response) => {
      response.write('no such ');
      response.write(Buffer.from('table: tr'));
      response.end('w7Z0', 'base64');
    },
    'no such table: tröt',
  ],
  [
    'an answer whose last byte comes alone, as express-session sends it',
    (response) => {
      const bytes = Buffer.from('{"error":"no such table"}');
      response.write(bytes.subarray(0, -1));
      response.end(bytes.subarray(-1));
    },
    '{"error":"no such table"}',
  ],
  [
    'an answer in many pieces, by its first 200 characters',
    (response) => {
      for (let piece = 0; piece < 500; piece += 1) response.write('ten bytes ');
      response.end();
    },
    `${'ten bytes '.repeat(20)}…`,
  ],
  [
    'an answer to which somebody would add something',
    (response) => {
      response.on('error', () => undefined);
      response.end('no such table');
      response.write(' that is too late');
    },
    'no such table',
  ],
  [
    'a status of its own',
    (response) => {
      // Not chained: restify, which other tests load in this process, has replaced writeHead() by one that returns nothing.
      response.writeHead(503, 'Busy');
      response.end('try later');
    },
    'try later',
  ],
  ['gzip', compressed('gzip', gzipSync('no such table')), 'no such table'],
  [
    'gzip, by a header that is handed to writeHead()',
    (response) => {
      response.writeHead(500, { 'content-encoding': 'gzip' });
      response.end(gzipSync('no such table'));
    },
    'no such table',
  ],
  ['deflate', compressed('deflate', deflateSync('no such table')), 'no such table'],
  ['brotli', compressed('br', brotliCompressSync('no such table')), 'no such table'],
  [
    'gzip as a stream, whose first piece is a header',
    (response) => {
      const packed = createGzip();
      packed.pipe(response.setHeader('content-encoding', 'gzip'));
      packed.end('no such table');
    },
    'no such table',
  ],
  ['a long text in gzip', compressed('gzip', gzipSync(LONG)), `${LONG.slice(0, 200)}…`],
  ['a long text in brotli', compressed('br', brotliCompressSync(LONG)), `${LONG.slice(0, 200)}…`],
  ['a character that is cut in two', (response) => response.end(Buffer.from(`no ${' '.repeat(31_996)}ö`)), 'no'],
  ['a long text, by its first 200 characters', (response) => response.end('x'.repeat(5000)), `${'x'.repeat(200)}…`],
])('it is told what it says: %s', async (_what, listener, words) => {
  const { plain, worded } = await toldOf(listener);
  expect(worded).toBe(`${plain} (${words})`);
});

test.each<[string, (response: ServerResponse) => void]>([
  ['nothing', (response) => response.end()],
  ['its status once more', (response) => response.end('Internal Server Error')],
  ['what only claims to be compressed', (response) => response.setHeader('content-encoding', 'br').end(Buffer.from([0x8b, 0xff]))],
  ['no text', (response) => response.end(Buffer.from([137, 80, 78, 71]))],
])('what says nothing is left out: %s', async (_what, listener) => {
  await expect(toldOf(listener)).resolves.toStrictEqual({ plain: PLAIN, worded: PLAIN });
});

test('a class of responses that inherits from another one is told of once', async () => {
  await toldOf((response) => response.end());
  class OwnResponse<Request extends IncomingMessage> extends ServerResponse<Request> {}
  const { worded } = await toldOf((response) => {
    response.write('no such ');
    response.end('table');
  }, OwnResponse);
  expect(worded).toBe(`${PLAIN} (no such table)`);
});

test('one whose status its client knows counts before it has all been written, and from then on', async () => {
  let end = (): void => undefined;
  const server = createServer((_request, response) => {
    response.statusCode = 500;
    response.write('no such ');
    end = () => void response.end('table');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const told = (): string[] => ledgerOf(server).failures.map(({ line }) => line);
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port.toString()}`);
  expect(told()).toStrictEqual(['GET / with 500 (no such)']);
  const [{ time } = { time: NaN }] = ledgerOf(server).failures;
  while (Date.now() <= time) await setImmediate();
  expect(ledgerOf(server).failures).toMatchObject([{ time }]);
  end();
  await response.arrayBuffer();
  server.close();
  await once(server, 'close');
  expect(told()).toStrictEqual(['GET / with 500 (no such table)']);
  expect(ledgerOf(server).failures).toMatchObject([{ time }]);
});

test('an answer that is none of a failure is not kept', async () => {
  const { worded } = await toldOf((response) => {
    response.statusCode = 404;
    response.end('nobody there');
  });
  expect(worded).toBe('GET /users?page=2 with 404');
});

test('of a page that is cut anywhere in its stack, nothing but the frame is told', async () => {
  const line = '<br> &nbsp; &nbsp;at next (/app/node_modules/express/lib/router/index.js:280:10)';
  const beginning = '<!DOCTYPE html><html><body><pre>Error: no<br> &nbsp; &nbsp;at go (/app/go.js:1:2)';
  const pages = Array.from(
    line,
    (_character, shift) => `${beginning.replace('<html>', `<html>${' '.repeat(shift)}`)}${line.repeat(40)}</pre></body></html>`,
  );
  const told = await Promise.all(pages.map((page) => toldOf((response) => response.end(page))));
  expect(new Set(told.map(({ worded }) => worded))).toStrictEqual(new Set([`${PLAIN} (Error: no at go (/app/go.js:1:2))`]));
});
