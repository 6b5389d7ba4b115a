/**
 * How long what the tests wait for may take. Such limits end what hangs; however busy the machine is, nothing else reaches them.
 */

/** Milliseconds for a process that a test runs, a whole Jest for instance; less than jest.config.ts gives the test. */
export const RUN_LIMIT = 180_000;

/**
 * Milliseconds that a stop may take beyond its `stopTimeout`: the grace of session and loop, and what a busy machine adds. What does not stop
 * in time does not stop at all.
 */
export const STOP_LEEWAY = 15_500;

/**
 * Milliseconds that a stop of a test's own gets, unless it is about less. A machine that stands still for a second must not make a stop in order one
 * by force.
 */
export const STOP_TIMEOUT = 10_000;

/** What a Jest inside a test is given: its own limits are short where others run beside it. */
export const PATIENCE: readonly string[] = [
  // Tests that are to run into a limit set their own.
  '--testTimeout=60000',
  // It asks itself a second after its end whether anything is left open.
  '--openHandlesTimeout=30000',
  // Its workers get half a second to end by themselves.
  '--workerGracefulExitTimeout=20000',
];
