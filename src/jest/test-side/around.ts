/**
 * What `useController` asks of the environment, besides what each controller does. Test side, in a Jest test.
 */
import { surroundings, type Surroundings, type TrackedController } from '../../controller/surroundings';

/** What was read of a server that did not run: its name, what it was, and the line that read it. */
export interface EarlyRead {
  readonly member: string;
  readonly value: unknown;
  readonly place: string | undefined;
}

export interface JestSurroundings extends Surroundings {
  /**
   * Stops the controller at the end of the block that is being defined, after all of its afterAll hooks; false where the runner gives no
   * such events.
   */
  ownByBlock(controller: TrackedController): boolean;
  /** Stops the controller when the running test is over, after all of its afterEach hooks; false as above. */
  ownByTest(controller: TrackedController): boolean;
  /** Tells of what was read of a controller that did not run. */
  readEarly(controller: TrackedController, read: EarlyRead): void;
  /** Whether describe blocks and hooks can be declared now; undefined where the runner does not tell. */
  readonly declaring: boolean | undefined;
}

/** The environment around this test; undefined without it. */
export function jestSurroundings(): JestSurroundings | undefined {
  return surroundings() as JestSurroundings | undefined;
}
