import { describeServer } from './describe-server';
import { talkHttp } from './clients/http';

const QUERY = encodeURIComponent('{ hello }');
const graphql = (path: string) =>
  talkHttp({
    path: `${path}?query=${QUERY}&extensions=${encodeURIComponent('{"x":1}')}`,
    expected: '"hello":"hello"',
    upload: { path, type: 'application/json', body: '{"query":"{ hello }"}', expected: '"hello":"hello"' },
  });

describeServer('Apollo Server', 'apollo', preflighted('/'));
describeServer("Apollo Server's standalone server", 'apollo-standalone', preflighted('/'), { takesPort: false });
describeServer('graphql-yoga', 'yoga', graphql('/graphql'));
describeServer('tRPC', 'trpc', {
  ...talkHttp({ path: '/hello', expected: '"data":"hello"' }),
});

function preflighted(path: string) {
  return graphql(path);
}
