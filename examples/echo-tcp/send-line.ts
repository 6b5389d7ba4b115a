import { execFileSync } from 'node:child_process';
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

const CLIENT = `
  const [, port, line] = process.argv;
  require('node:net').connect(port, '127.0.0.1').end(line).pipe(process.stdout);
`;

/** The same by a client in another process, for which this thread waits. */
export function sendLineSync(port: number, line: string): string {
  return execFileSync(process.execPath, ['-e', CLIENT, String(port), line], { encoding: 'utf8', timeout: 10_000 });
}
