/**
 * What a test file left running: stopped and named. Jest's realm.
 */
import { withMaker } from '../controller/place';
import { nameAndPlace, type TrackedController } from '../controller/surroundings';
import { LeakError } from '../errors/errors';
import { stopEach } from './both-realms/stop-all';
import { startedIn, type Warnings } from './report/warnings';

export interface LeakReport {
  readonly warnings: Pick<Warnings, 'add'>;
  /** The test in which it was started, by its full name, where that is known. */
  startedIn(controller: TrackedController): string | undefined;
}

/** Stops the controllers that are still alive and adds them to the warnings. @throws {LeakError} for those that ask for it */
export async function warnOfLeaks(alive: readonly TrackedController[], report: LeakReport): Promise<void> {
  // A stop that nobody has awaited is waited for here, and is no leak.
  const left = alive.filter(({ state }) => state !== 'stopping');
  const failures = await stopEach(alive);
  const loud = left.filter(({ leaks }) => leaks !== 'ignore');
  for (const controller of loud) report.warnings.add(describe(controller), controller.madeAt, report.startedIn(controller));
  const fatal = loud.filter(({ leaks }) => leaks === 'fail');
  const alsoLeft = failures.map(({ message }) => message);
  const [first] = fatal;
  if (first !== undefined) {
    const causes = fatal.map((controller) => describe(controller) + startedIn(report.startedIn(controller)));
    throw withMaker(new LeakError([...new Set([...causes, ...alsoLeft])].join('\n')), first);
  }
}

function describe(controller: TrackedController): string {
  return `${nameAndPlace(controller)} was still running at the end of its test file and has been stopped. Call stop() in afterAll, or let useController() do so.`;
}
