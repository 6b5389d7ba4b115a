/**
 * Where the workers of a run meet the process that holds a server for them: a socket in a folder that is this user's alone. Both ends.
 */
import { lstatSync, mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { UsageError } from '../../errors/errors';
import { isAlive, type ProcessMark } from './jest-run';

/** The socket of one server of one run. */
export interface MeetingPlace {
  /** Null on Windows, where pipes have no folder. */
  readonly folder: string | null;
  readonly socket: string;
}

const PREFIX = 'jest-controller-run-';
/** What systems allow a socket's path to have, less the end of the string; macOS has the least. */
const LONGEST_PATH = 103;

export function meetingPlace({ pid, since }: ProcessMark, key: string): MeetingPlace {
  const name = `${PREFIX}${pid.toString()}-${since}`;
  if (process.platform === 'win32') return { folder: null, socket: `\\\\.\\pipe\\${name}-${key}` };
  const folders = [tmpdir(), '/tmp'].map((base) => path.join(base, name));
  const folder = folders.find((candidate) => Buffer.byteLength(path.join(candidate, key)) <= LONGEST_PATH);
  if (folder === undefined) {
    throw new UsageError(`The path of the temporary folder ${tmpdir()} is too long for a socket in it. Set TMPDIR to a shorter one.`);
  }
  return { folder, socket: path.join(folder, key) };
}

/** Makes the folder. @throws {UsageError} when there is one that others may enter */
export function openFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EEXIST') throw error;
    const found = lstatSync(folder);
    const ours = found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0;
    if (!ours)
      throw new UsageError(`${folder} is there already and not this user's alone, so no server can be shared by way of it. Remove it.`);
  }
}

/** Removes the folder unless another server of the run meets there too. */
export function leaveFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Another one does.
  }
}

/** Removes what processes have left that were killed. */
export function sweepFolders(base: string): void {
  for (const name of namesIn(base)) {
    const [, pid, since] = /^jest-controller-run-(\d+)-(\d+)$/.exec(name) ?? [];
    if (pid === undefined || since === undefined || isAlive({ pid: Number(pid), since })) continue;
    try {
      const folder = path.join(base, name);
      if (lstatSync(folder).uid === process.getuid?.()) rmSync(folder, { recursive: true, force: true });
    } catch {
      // Somebody else sweeps.
    }
  }
}

/** Nothing where a folder may be written to, but not listed. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
