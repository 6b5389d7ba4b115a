/**
 * Where a test file has read what a server has only while it runs, before it was started or after it was stopped, and so got nothing.
 * Jest's realm.
 */
import type { ControllerState } from '../../controller/lifecycle';
import type { IdleRead, TrackedController } from '../../controller/surroundings';
import { isInside, type Block, type Test, type TestEvent } from '../block-events';
import { ToldOnce } from './told-once';

/** Where it was read, and whose controller it was. */
interface ReadIn {
  /** The block being defined: only its tests can have what came of that. The whole file's, in a hook. */
  readonly block: Block | undefined;
  /** It was a test, or a hook of a test's, and is no matter to others. */
  readonly inTest: boolean;
  /** `useController()` starts and stops it. */
  readonly owned: boolean;
}

interface Untold {
  readonly block: Block | undefined;
  readonly line: string;
}

interface Why {
  readonly how: string;
  readonly span: 'until' | 'since';
  readonly remedy: string;
}

const IDLE = { how: 'had not been started', span: 'until' } as const;
const STOPPED = { how: 'had been stopped', span: 'since' } as const;

/** What to say of a controller that the test itself starts and stops. */
const BY_HAND: Partial<Record<ControllerState, Why>> = {
  idle: { ...IDLE, remedy: 'Await start() first.' },
  starting: { how: 'was being started', span: 'until', remedy: 'Await start() and restart().' },
  stopping: { how: 'was being stopped', span: 'since', remedy: 'Await stop(), and restart(), which starts it again.' },
  stopped: { ...STOPPED, remedy: 'Read it before, or start it again.' },
};

/** The same of one that useController() starts and stops. */
const OWNED: typeof BY_HAND = {
  ...BY_HAND,
  idle: {
    ...IDLE,
    remedy:
      'Read it in tests, and in hooks below useController(). ' +
      'To tell another controller, make its options by a function in useControllers().',
  },
  stopped: { ...STOPPED, remedy: 'It runs until its block is over or stop() is called; restart() starts it again.' },
};

/** Of either, where its start has failed: nobody has stopped it. */
const FAILED: Why = { how: 'had failed to start', span: 'since', remedy: 'The error of its start says why.' };

export class IdleReads {
  /** The first of each controller outside tests, until it is told: the others are mostly of the same cause. */
  readonly #untold = new Map<TrackedController, Untold>();
  readonly #told = new ToldOnce<readonly [TrackedController, Untold]>();
  readonly #heard = new WeakSet<TrackedController>();
  /** The line of the first of each in the running test. */
  readonly #inTest = new Map<TrackedController, string>();

  /** A test begins. */
  testStarts(): void {
    this.#inTest.clear();
  }

  /** Jest tries a test again, or a block of them. */
  triesAgain(event: TestEvent): void {
    for (const [controller, read] of this.#told.lostBy(event)) this.#untold.set(controller, read);
  }

  add(controller: TrackedController, read: IdleRead, { block, inTest, owned }: ReadIn): void {
    if (inTest ? this.#inTest.has(controller) : this.#heard.has(controller)) return;
    const line = lineOf(controller, read, owned);
    if (line === undefined) return;
    if (inTest) {
      this.#inTest.set(controller, line);
    } else {
      this.#heard.add(controller);
      this.#untold.set(controller, { block, line });
    }
  }

  /** A line for each that concerns a failing test, and that none was told of. */
  take(test: Test): string[] {
    const untold = [...this.#untold].filter(([, { block }]) => block === undefined || isInside(test, block));
    for (const [controller] of untold) this.#untold.delete(controller);
    this.#told.add(test, untold);
    // A line that several servers run through is told once.
    return [...new Set([...untold.map(([, { line }]) => line), ...this.#inTest.values()])];
  }
}

/** Undefined where it was no test that read it, but the class, whose twin never runs. */
function lineOf({ name, state, startError }: TrackedController, { member, value, place }: IdleRead, owned: boolean): string | undefined {
  const why = state === 'stopped' && startError !== undefined ? FAILED : (owned ? OWNED : BY_HAND)[state];
  const at = place();
  if (why === undefined || at === null) return undefined;
  const { how, span, remedy } = why;
  return `${name} ${how} when its \`${member}\`, ${String(value)} ${span} then, was read${at === undefined ? '' : ` at ${at}`}. ${remedy}`;
}
