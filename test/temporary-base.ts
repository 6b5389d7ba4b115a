/**
 * Where the tests make their folders: where the system has them, unless the paths of sockets in them would be longer than it allows.
 */
import { tmpdir } from 'node:os';

/** Characters; a socket's path may have about a hundred, and some are three folders further in. */
const LONGEST = 30;

export const TEMPORARY = process.platform === 'win32' || tmpdir().length <= LONGEST ? tmpdir() : '/tmp';
