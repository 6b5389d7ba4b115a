import { describeServer } from './describe-server';
import { talkHttp } from './clients/http';
import type { Talk } from './describe-server';

const QUERY = encodeURIComponent('{ hello }');
const ANSWER = '"hello":"hello"';

function talkGraphql(path: string): Talk {
  return talkHttp({
    path: `${path}?query=${QUERY}`,
    expected: ANSWER,
    headers: { 'apollo-require-preflight': 'yes' },
    upload: { path, type: 'application/json', body: '{"query":"{ hello }"}', expected: ANSWER },
  });
}

describeServer('Apollo Server', 'apollo', talkGraphql('/'));
describeServer("Apollo Server's standalone server", 'apollo-standalone', talkGraphql('/'), { takesPort: false });
describeServer('graphql-yoga', 'yoga', talkGraphql('/graphql'));
describeServer(
  'tRPC',
  'trpc',
  talkHttp({
    path: '/hello',
    expected: '"data":"hello"',
    upload: { path: '/echo', type: 'application/json', body: '"first and second"', expected: '"data":"first and second"' },
  }),
);
