/**
 * The name under which a host leaves its coverage for an inspector, for the case that it never comes to send it. Both sides; a constant.
 */

/** Key (`Symbol.for`) of a function on the host's `globalThis` that gives `HostCoverage` as JSON. */
export const COVERAGE_HATCH = 'jest-controller.coverage';
