/**
 * Where a test file has read what a server has only while it runs, before it was started, and so got nothing. Jest's realm.
 */
import type { TrackedController } from '../../controller/surroundings';
import { isInside, type Block, type Test } from '../block-events';
import type { EarlyRead } from '../test-side/around';

interface Untold extends EarlyRead {
  /** In which it was read: only its tests can have what came of that. The whole file's, in a hook. */
  readonly block: Block | undefined;
}

export class EarlyReads {
  /** The first of each controller, until it is told: the others are mostly of the same cause. */
  readonly #untold = new Map<TrackedController, Untold>();
  readonly #heard = new WeakSet<TrackedController>();

  add(controller: TrackedController, read: EarlyRead, block: Block | undefined): void {
    if (this.#heard.has(controller)) return;
    this.#heard.add(controller);
    this.#untold.set(controller, { ...read, block });
  }

  /** A line for each that concerns a failing test, and that none was told of. */
  take(test: Test): string[] {
    const lines = [];
    for (const [controller, { member, value, place, block }] of this.#untold) {
      if (block !== undefined && !isInside(test, block)) continue;
      this.#untold.delete(controller);
      const read = place === undefined ? 'was read' : `was read at ${place}`;
      lines.push(
        `${controller.name} had not been started when its \`${member}\`, ${String(value)} until then, ${read}. ` +
          'Read it in tests, and in hooks below useController().',
      );
    }
    return lines;
  }
}
