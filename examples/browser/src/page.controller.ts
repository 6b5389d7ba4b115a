import { createServer } from 'node:http';
import { Controller } from 'jest-controller';

const PAGE = `<!doctype html>
<title>visits</title>
<p id="count">not yet</p>
<script type="module">
  const response = await fetch('/visits', { method: 'POST' });
  document.querySelector('#count').textContent = 'visits: ' + (await response.text());
</script>`;

/** A page and the API that its script calls. */
export class PageController extends Controller {
  visitors: string[] = [];

  factory() {
    return createServer((request, response) => {
      if (request.url === '/visits' && request.method === 'POST') {
        this.visitors.push(request.headers['user-agent'] ?? '');
        response.end(String(this.visitors.length));
      } else if (request.url === '/') {
        response.setHeader('content-type', 'text/html; charset=utf-8');
        response.end(PAGE);
      } else {
        response.writeHead(404).end();
      }
    });
  }
}
