/**
 * Where a test file has read what a server has only while it runs, before it was started, and so got nothing. Jest's realm.
 */
import type { TrackedController } from '../../controller/surroundings';
import type { EarlyRead } from '../test-side/around';

export class EarlyReads {
  /** The first of each controller, until it is told: the others are mostly of the same cause. */
  readonly #untold = new Map<TrackedController, EarlyRead>();
  readonly #heard = new WeakSet<TrackedController>();

  add(controller: TrackedController, read: EarlyRead): void {
    if (this.#heard.has(controller)) return;
    this.#heard.add(controller);
    this.#untold.set(controller, read);
  }

  /** A line for each that no test has been told of. */
  take(): string[] {
    const lines = [...this.#untold].map(([{ name }, { member, value, place }]) => {
      const read = place === undefined ? 'was read' : `was read at ${place}`;
      return (
        `${name} had not been started when its \`${member}\`, ${String(value)} until then, ${read}. ` +
        'Read it in tests, and in hooks below useController().'
      );
    });
    this.#untold.clear();
    return lines;
  }
}
