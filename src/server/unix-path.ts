/**
 * Makes way for a Unix socket: its path must fit, and a file that a dead server left behind is removed. Server side; loaded for paths.
 */
import { lstat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';

/** Bytes that a path may have; the system cuts a longer one without a word, and another file appears. */
const LONGEST_PATH = process.platform === 'darwin' ? 103 : 107;

/** @throws an error with code ENAMETOOLONG for a path that does not fit. */
export async function preparePath(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const bytes = Buffer.byteLength(path);
  if (bytes > LONGEST_PATH) {
    const message = `listen ENAMETOOLONG: the path of a Unix socket has at most ${LONGEST_PATH.toString()} bytes, this has ${bytes.toString()}: ${path}. Choose a shorter one.`;
    throw Object.assign(new Error(message), { code: 'ENAMETOOLONG', syscall: 'listen', address: path, path });
  }
  if ((await isSocket(path)) && !(await isAlive(path))) await unlink(path).catch(() => undefined);
}

async function isSocket(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSocket();
  } catch {
    return false;
  }
}

/** Whether somebody listens there. This is the one place where a server is tried by connecting. */
function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    const answer = (alive: boolean): void => {
      probe.destroy();
      resolve(alive);
    };
    probe.once('connect', () => {
      answer(true);
    });
    probe.once('error', (error: NodeJS.ErrnoException) => {
      answer(error.code !== 'ECONNREFUSED');
    });
  });
}
