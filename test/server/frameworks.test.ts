import { describeServer } from './describe-server';
import { talkHttp } from './clients/http';

for (const fixture of ['listener', 'express', 'express4', 'connect', 'koa', 'koa2', 'fastify', 'fastify4', 'fastify-promise', 'hapi']) {
  describeServer(fixture, fixture, talkHttp(), { takesPath: true });
}
for (const fixture of ['polka', 'restify', 'json-server']) describeServer(fixture, fixture, talkHttp());
describeServer('http-proxy', 'http-proxy', talkHttp());
