/**
 * Tells the test side of child processes, which it ends where this loop is ended by force and cannot. Server side.
 */
import type { ChildProcess } from 'node:child_process';
import type { Post } from '../channel';
import { followRef } from './follow-ref';

/** Tells of one that was just made, from the moment it has a number; not of what is `unref`ed, which is to go on alone. */
export function tellOfChild(child: ChildProcess, post: Post): void {
  child.once('spawn', () => {
    const { pid } = child;
    if (pid === undefined) return;
    const tell = (runs: boolean): void => {
      post({ type: 'child', pid, runs });
    };
    const forget = followRef(child, tell);
    child.once('exit', () => {
      forget();
      tell(false);
    });
    if (isReferenced(child)) tell(true);
  });
}

/** The handle knows; there is no public way to ask. */
function isReferenced(child: ChildProcess): boolean {
  const { _handle: handle } = child as { readonly _handle?: { hasRef?(): boolean } | null };
  return handle?.hasRef?.() ?? true;
}
