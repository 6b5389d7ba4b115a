/**
 * How a host leaves its coverage for an inspector. Both sides; constants and types.
 */

/** Key (`Symbol.for`) of a `CoverageHatch` on the host's `globalThis`. */
export const COVERAGE_HATCH = 'jest-controller.coverage';

/** What the hatch gives of a host that is at its own end, and has begun to gather its coverage: its last message brings it. */
export const ON_ITS_WAY = 'on its way';

/**
 * Gives `HostCoverage` as JSON: `'last'` of a host that ends, which then sends none by itself, or `ON_ITS_WAY` where it does; `'present'` of one
 * that goes on.
 */
export type CoverageHatch = (which: WhichCoverage) => string | undefined;

export type WhichCoverage = 'last' | 'present';
