import { describeServer } from './describe-server';
import { talkHttp } from './clients/http';
import { talkHttp2 } from './clients/http2';
import { talkTcp, talkTls, talkUdp } from './clients/raw';

describeServer('a net server', 'net-echo', talkTcp, { scheme: 'tcp:', takesPath: true });
describeServer('a tls server', 'tls-echo', talkTls, { scheme: 'tls:', takesPath: true });
describeServer('an http server', 'http', talkHttp(), { takesPath: true });
describeServer('an https server', 'https', talkHttp(), { scheme: 'https:' });
describeServer('an http2 server without TLS', 'h2c', talkHttp2);
describeServer('an http2 server', 'http2', talkHttp2, { scheme: 'https:' });
describeServer('an http2 server that allows HTTP/1', 'http2', talkHttp(), { scheme: 'https:' });
describeServer('a udp4 socket', 'udp', talkUdp('udp4'), { scheme: 'udp:' });
