/**
 * Says when the end of a test or block had to wait for clients that were not done: nobody reads the report of that stop. Jest's realm.
 */
import type { StopReport } from '../controller/stop-report';
import type { TrackedController } from '../controller/surroundings';
import { formatMs } from '../time/clock';
import type { Stoppable } from './stop-all';
import type { Warnings } from './warnings';

/** Milliseconds from which on a stop is worth a word: less is what a test suite does not feel. */
const NOTICEABLE = 250;

export class SlowStops {
  readonly #warnings: Warnings;
  /** By the name of the server: what its first slow stop waited for stands for all of them. */
  readonly #told = new Map<string, string>();

  constructor(warnings: Warnings) {
    this.#warnings = warnings;
  }

  /** The controller as it is stopped by the environment: what that takes is noted. */
  noted(controller: TrackedController): Stoppable {
    return {
      stop: async () => {
        this.#note(controller, await controller.stop());
      },
    };
  }

  #note(controller: TrackedController, report: StopReport | undefined): void {
    const { name, madeAt, leaks } = controller;
    if (report === undefined || leaks === 'ignore' || report.cut.length === 0 || report.ms < NOTICEABLE) return;
    const told = this.#told.get(name) ?? describe(report);
    this.#told.set(name, told);
    this.#warnings.add(`The stop of ${name}${madeAt === null ? '' : ` (made at ${madeAt})`} ${told}`, madeAt);
  }
}

function describe({ cut, ms }: StopReport): string {
  const [first] = cut;
  const more = cut.length === 1 ? '' : ` and ${(cut.length - 1).toString()} more`;
  return (
    `waited ${formatMs(ms)} for clients before it cut them off: ${first?.request ?? `a ${first?.protocol ?? ''} connection`}${more} had not ended. ` +
    "Let the test end what it has opened, or set the option `stopTimeout` to 0, which waits for nobody, or `leaks` to 'ignore'."
  );
}
