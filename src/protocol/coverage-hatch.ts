/**
 * How a host leaves its coverage for an inspector. Both sides; a constant and its type.
 */

/** Key (`Symbol.for`) of a `CoverageHatch` on the host's `globalThis`. */
export const COVERAGE_HATCH = 'jest-controller.coverage';

/**
 * Gives `HostCoverage` as JSON: `'last'` of a host that ends, which then sends none by itself, and gives undefined where it has; `'present'`
 * of one that goes on.
 */
export type CoverageHatch = (which: WhichCoverage) => string | undefined;

export type WhichCoverage = 'last' | 'present';
