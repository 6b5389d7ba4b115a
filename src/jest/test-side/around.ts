/**
 * What `useController` asks of the environment, besides what each controller does. Test side, in a Jest test.
 */
import { surroundings, type Surroundings, type TrackedController } from '../../controller/surroundings';

export interface JestSurroundings extends Surroundings {
  /**
   * Stops the controller at the end of the block that is being defined, after all of its afterAll hooks; false where the runner gives no
   * such events.
   */
  ownByBlock(controller: TrackedController): boolean;
  /** Stops the controller when the running test is over, after all of its afterEach hooks; false as above. */
  ownByTest(controller: TrackedController): boolean;
  /** Whether describe blocks and hooks can be declared now; undefined where the runner does not tell. */
  readonly declaring: boolean | undefined;
}

/** The environment around this test; undefined without it. */
export function jestSurroundings(): JestSurroundings | undefined {
  return surroundings() as JestSurroundings | undefined;
}
