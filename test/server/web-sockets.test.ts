import { describeServer } from './describe-server';
import { talkSocketIo, talkWebSocket } from './clients/web-socket';

describeServer('ws with a port of its own', 'ws-own-port', talkWebSocket, { scheme: 'ws:', takesPort: false });
describeServer('ws on an http server', 'ws-on-http', talkWebSocket, { scheme: 'ws:' });
describeServer('ws without a server', 'ws-no-server', talkWebSocket, { scheme: 'ws:' });
describeServer('an http server with a ws server that is not returned', 'ws-hidden', talkWebSocket, { reportsBusyPort: false });
describeServer('Socket.IO alone', 'socket-io', talkSocketIo);
describeServer('Socket.IO on an http server', 'socket-io-attached', talkSocketIo);
