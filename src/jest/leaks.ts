/**
 * What a test file left running: stopped and named. Jest's realm.
 */
import { withMaker } from '../controller/source/place';
import { nameAndPlace, type TrackedController } from '../controller/surroundings';
import { LeakError } from '../errors/errors';
import { stopEach } from './both-realms/stop-all';
import { withEndOfMessage, withoutFrames } from './both-realms/without-frames';
import { startedIn, type Warnings } from './report/warnings';

export interface LeakReport {
  readonly warnings: Pick<Warnings, 'add'>;
  /** The test in which it was started, by its full name, where that is known. */
  startedIn(controller: TrackedController): string | undefined;
}

/** Stops the controllers that are still alive and adds those to the warnings that ask for it. @throws {LeakError} for those that are to fail the file */
export async function warnOfLeaks(alive: readonly TrackedController[], report: LeakReport): Promise<void> {
  // A stop that nobody has awaited is waited for here, and is no leak.
  const left = alive.filter(({ state }) => state !== 'stopping');
  const failures = await stopEach(alive);
  for (const controller of left.filter(({ leaks }) => leaks === 'warn')) {
    report.warnings.add(describe(controller), controller.madeAt, report.startedIn(controller));
  }
  const fatal = left.filter(({ leaks }) => leaks === 'fail');
  const alsoLeft = failures.map(({ message }) => message);
  const [first] = fatal;
  if (first !== undefined) {
    const causes = fatal.map((controller) => describe(controller) + startedIn(report.startedIn(controller)));
    const error = withoutFrames(new LeakError([...new Set([...causes, ...alsoLeft])].join('\n')));
    throw withEndOfMessage(withMaker(error, first));
  }
}

function describe(controller: TrackedController): string {
  return `${nameAndPlace(controller)} was still running at the end of its test file and has been stopped. Call stop() in afterAll, or let useController() do so.`;
}
