/**
 * What the server side covered, in the shape of either of Jest's providers. Server side.
 *
 * Taking it is synchronous: it must work in an exit handler, when no event loop turns any more.
 */
import { Session, type Profiler } from 'node:inspector';
import { fileURLToPath } from 'node:url';
import { COVERAGE_HATCH, ON_ITS_WAY, type CoverageHatch } from '../../protocol/coverage-hatch';
import type { CoveredScript } from '../../protocol/loader';
import type { HostCoverage } from '../../protocol/messages';
import { packCoverage } from '../../protocol/packed-coverage';
import type { JestCode } from './jest-code';

export type TakeCoverage = () => HostCoverage | undefined;

/** Istanbul's counters: instrumented code keeps them in a global of its thread. */
export function recordBabel(): TakeCoverage {
  return () => {
    const { __coverage__: map } = globalThis as { __coverage__?: Parameters<typeof packCoverage>[0] };
    return map === undefined ? undefined : { provider: 'babel', map: packCoverage(map) };
  };
}

/** V8's own counters, counting from now on. */
export function recordV8(code: JestCode): TakeCoverage {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return () => {
    let scripts: Profiler.ScriptCoverage[] = [];
    // Within one thread the answer comes before `post` returns.
    session.post('Profiler.takePreciseCoverage', (error, taken) => {
      if (error === null) scripts = taken.result;
    });
    return { provider: 'v8', scripts: scripts.flatMap((script) => coveredScript(script, code)) };
  };
}

/**
 * Leaves it where an inspector finds it: that of a thread which is too busy to send it, or which goes on.
 * @returns takes what the host sends at its own end: once, and not where an inspector has, for counts must not be added up again
 */
export function leaveForInspector(take: TakeCoverage): TakeCoverage {
  let taker: 'host' | 'inspector' | undefined;
  const hatch: CoverageHatch = (which) => {
    // It may interrupt the host amid its taking.
    if (which === 'last' && taker === 'host') return ON_ITS_WAY;
    if (which === 'last') taker = 'inspector';
    return JSON.stringify(take());
  };
  Object.defineProperty(globalThis, Symbol.for(COVERAGE_HATCH), { value: hatch, configurable: true });
  return () => {
    if (taker !== undefined) return undefined;
    taker = 'host';
    return take();
  };
}

function coveredScript({ url, functions }: Profiler.ScriptCoverage, code: JestCode): readonly CoveredScript[] {
  const file = fileOf(url);
  if (file === '' || /^[a-z]{2,}:/.test(file) || !code.policy.covers(file)) return [];
  const transformed = code.results.get(file) ?? null;
  return [
    { file, functions: transformed === null ? functions : functions.map((covered) => within(transformed.code, covered)), transformed },
  ];
}

/** A CommonJS module's script goes by its path. Empty for what is none: text that is evaluated may call itself anything. */
function fileOf(url: string): string {
  try {
    return url.startsWith('file:') ? fileURLToPath(url) : url;
  } catch {
    return '';
  }
}

/** The pointer to a source map, which is put behind the code, is none of it: the ranges of one module end alike on both sides, or count twice. */
function within({ length }: string, covered: Profiler.FunctionCoverage): Profiler.FunctionCoverage {
  return { ...covered, ranges: covered.ranges.map((range) => ({ ...range, endOffset: Math.min(range.endOffset, length) })) };
}
