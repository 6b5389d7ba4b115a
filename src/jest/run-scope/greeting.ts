/**
 * What a test file and the process that holds its server say to each other before they speak as any test side and host do. Both ends.
 */
import type { ProcessMark } from './jest-run';
import type { MeetingPlace } from './meeting-place';

/** The channel of the first frame each way. */
export const GREETING_CHANNEL = 2;

/** Who comes. */
export interface Greeting {
  /** The test file. */
  readonly testPath: string;
  /** The controller's name, for messages. */
  readonly name: string;
  /** Modules to load in the process before its first thread. */
  readonly preload: readonly string[];
}

/** Who answers. */
export interface GreetingAnswer {
  readonly pid: number;
}

/** What the process is told by its command line. */
export interface HolderTask {
  readonly run: ProcessMark;
  readonly place: MeetingPlace;
}
