/**
 * How long coverage of the run's server is waited for. Test side, and the holder's process.
 */

/** Milliseconds that the server gets to answer: it may be large, and the machine busy with several test files. */
export const COVERAGE_PATIENCE = 5000;
