/**
 * Says when the end of a test or block had to wait for clients that were not done, or for a server that did not answer: nobody reads the
 * report of that stop. Jest's realm.
 */
import type { StopReport } from '../../controller/report/stop-report';
import { nameAndPlace, type TrackedController } from '../../controller/surroundings';
import { formatMs } from '../../time/clock';
import type { Stoppable } from '../both-realms/stop-all';
import type { Warnings } from './warnings';

/** Milliseconds from which on a stop is worth a word: less is what a test suite does not feel. */
const NOTICEABLE = 250;

export class SlowStops {
  readonly #warnings: Warnings;
  /** By the server's name and what it came to: what its first stop of that kind waited for stands for all of them. */
  readonly #told = new Map<string, string>();

  constructor(warnings: Warnings) {
    this.#warnings = warnings;
  }

  /** The controller as it is stopped by the environment: what that takes is noted. */
  noted(controller: TrackedController): Stoppable {
    return {
      madeAt: controller.madeAt,
      stop: async () => {
        this.#note(controller, await controller.stop());
      },
    };
  }

  #note(controller: TrackedController, report: StopReport | undefined): void {
    const { name, madeAt, leaks } = controller;
    if (report === undefined || leaks === 'ignore' || report.ms < NOTICEABLE) return;
    const described = describe(report);
    if (described === undefined) return;
    const kind = `${report.cut.length > 0 ? 'clients' : 'busy'} ${name}`;
    const told = this.#told.get(kind) ?? described;
    this.#told.set(kind, told);
    this.#warnings.add(`The stop of ${nameAndPlace(controller)} ${told}`, madeAt);
  }
}

/** Undefined where nothing had to be ended by force. */
function describe({ cut, forced, ms, rung }: StopReport): string | undefined {
  const [first] = cut;
  if (first !== undefined) {
    const more = cut.length === 1 ? '' : ` and ${(cut.length - 1).toString()} more`;
    return (
      `waited ${formatMs(ms)} for clients before it cut them off: ${first.request ?? `a ${first.protocol} connection`}${more} had not ended. ` +
      "Let the test end what it has opened, or set the option `stopTimeout` to 0, which waits for nobody, or `leaks` to 'ignore'."
    );
  }
  if (!forced || rung !== 'terminated') return undefined;
  return (
    `waited ${formatMs(ms)} and then ended it by force, before its close() hook and exit handlers were done: its event loop was busy. ` +
    'Look for an endless loop or long work without a pause, or raise the option `stopTimeout`.'
  );
}
