import { once } from 'node:events';
import { connect } from 'node:net';

/** Sends one line and resolves to what comes back. */
export async function sendLine(port: number, line: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(line);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return answer.toString();
}
