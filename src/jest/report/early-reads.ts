/**
 * Where a test file has read what a server has only while it runs, before it was started or after it was stopped, and so got nothing.
 * Jest's realm.
 */
import type { ControllerState } from '../../controller/lifecycle';
import type { TrackedController } from '../../controller/surroundings';
import { isInside, type Block, type Test, type TestEvent } from '../block-events';
import type { EarlyRead } from '../test-side/around';
import { ToldOnce } from './told-once';

interface Untold extends EarlyRead {
  /** In which it was read: only its tests can have what came of that. The whole file's, in a hook. */
  readonly block: Block | undefined;
}

/** What to say of one that a test has started or stopped itself, and may not have waited for. */
const LATE: Partial<Record<ControllerState, readonly [how: string, span: 'until' | 'since', remedy: string]>> = {
  stopped: ['had been stopped', 'since', 'It runs until its block is over or stop() is called; restart() starts it again.'],
  stopping: ['was being stopped', 'since', 'Await stop(), and restart(), which starts it again.'],
  starting: ['was being started', 'until', 'Await start() and restart().'],
};

export class EarlyReads {
  /** The first of each controller, until it is told: the others are mostly of the same cause. */
  readonly #untold = new Map<TrackedController, Untold>();
  readonly #told = new ToldOnce<readonly [TrackedController, Untold]>();
  readonly #heard = new WeakSet<TrackedController>();
  /** The line of the first of each that was stopped, in the running test: to others it is no matter. */
  readonly #late = new Map<TrackedController, string>();

  /** A test begins. */
  testStarts(): void {
    this.#late.clear();
  }

  /** Jest tries a test again, or a block of them. */
  triesAgain(event: TestEvent): void {
    for (const [controller, read] of this.#told.lostBy(event)) this.#untold.set(controller, read);
  }

  add(controller: TrackedController, read: EarlyRead, block: Block | undefined): void {
    const late = LATE[controller.state];
    if (late !== undefined) {
      const [how, span, remedy] = late;
      if (!this.#late.has(controller)) this.#late.set(controller, `${controller.name} ${how} when its ${wasRead(read, span)}. ${remedy}`);
      return;
    }
    if (this.#heard.has(controller)) return;
    this.#heard.add(controller);
    this.#untold.set(controller, { ...read, block });
  }

  /** A line for each that concerns a failing test, and that none was told of. */
  take(test: Test): string[] {
    const early = [...this.#untold].filter(([, { block }]) => block === undefined || isInside(test, block));
    for (const [controller] of early) this.#untold.delete(controller);
    this.#told.add(test, early);
    const lines = [
      ...early.map(
        ([{ name }, read]) =>
          `${name} had not been started when its ${wasRead(read, 'until')}. Read it in tests, and in hooks below useController(). ` +
          'To tell another controller, make its options by a function in useControllers().',
      ),
      ...this.#late.values(),
    ];
    // A line that several servers run through is told once.
    return [...new Set(lines)];
  }
}

function wasRead({ member, value, place }: EarlyRead, span: 'until' | 'since'): string {
  return `\`${member}\`, ${String(value)} ${span} then, was read${place === undefined ? '' : ` at ${place}`}`;
}
