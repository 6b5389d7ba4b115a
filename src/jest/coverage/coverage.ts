/**
 * Brings what the server side covered into Jest's own report. Jest's outer realm.
 *
 * The babel provider's counters are added to those of the test file; the v8 provider's results go with the test file's own, through
 * the method by which Jest's runner takes them.
 */
import type { JestEnvironment } from '@jest/environment';
import type { CoveredScript } from '../../protocol/loader';
import type { HostCoverage } from '../../protocol/messages';
import type { PackedCoverage } from '../../protocol/packed-coverage';
import { addCounts, type CoverageMap } from './coverage-counts';
import { requireRuntime, requireTransform } from '../loading/jest-modules';
import type { JestConfigs } from '../loading/settings';
import { V8Entries, type V8Entry } from './v8-entries';

type FunctionCoverage = CoveredScript['functions'][number];

interface JestRuntime {
  readonly _environment?: object;
  getAllV8CoverageInfoCopy?: (this: JestRuntime) => V8Entry[];
  /** Jest 29 runs CommonJS modules inside a function whose head this is. */
  constructModuleWrapperStart?: () => string;
  unstable_shouldLoadAsEsm?: (file: string) => boolean;
}

/** Yarn's own loader: it is no file of the project, though it lies there. */
const PLUG_AND_PLAY = /[\\/]\.pnp\.[^\\/]+$/;

/** Takes the coverage of all servers of one test file. */
export class CoverageSink {
  readonly #environment: JestEnvironment;
  readonly #configs: JestConfigs;

  /** To be made before the test file runs, with the very environment that Jest uses. */
  constructor(environment: JestEnvironment, configs: JestConfigs) {
    this.#environment = environment;
    this.#configs = configs;
    if (configs.globalConfig.collectCoverage && configs.globalConfig.coverageProvider === 'v8') patchRuntime(configs);
  }

  /** Counts before Jest takes the test file's coverage: at the latest when its last event is handled. */
  add(coverage: HostCoverage): void {
    if (coverage.provider === 'babel') {
      const { global } = this.#environment as unknown as { readonly global: { __coverage__?: CoverageMap } };
      addCounts((global.__coverage__ ??= {}), coverage.map as PackedCoverage);
      return;
    }
    const entries = entriesOf(this.#environment);
    for (const script of coverage.scripts as readonly CoveredScript[]) if (this.#counts(script.file)) entries.add(script);
  }

  /** Jest's own rule for what is in the report. */
  #counts(file: string): boolean {
    const { globalConfig, projectConfig } = this.#configs;
    if (!file.startsWith(globalConfig.rootDir) || PLUG_AND_PLAY.test(file)) return false;
    const { collectCoverage, collectCoverageFrom, coverageProvider, rootDir } = globalConfig;
    const options = { collectCoverage, collectCoverageFrom, coverageProvider, globalRootDir: rootDir };
    // Loaded files count without `collectCoverageFrom`, and this one was loaded.
    return requireTransform(projectConfig).shouldInstrument(file, options, projectConfig, [file]);
  }
}

/** Shared by all copies of this package in a Jest process, as is the patched prototype. */
const ENTRIES = Symbol.for('jest-controller.v8-coverage');

type Entries = WeakMap<object, Pick<V8Entries, 'add' | 'all'>>;

function entriesOf(environment: object): Pick<V8Entries, 'add' | 'all'> {
  const holder = globalThis as { [ENTRIES]?: Entries };
  const all = (holder[ENTRIES] ??= new WeakMap());
  let entries = all.get(environment);
  if (entries === undefined) all.set(environment, (entries = new V8Entries()));
  return entries;
}

const PATCHED = Symbol.for('jest-controller.v8-coverage-patched');

function patchRuntime({ projectConfig }: JestConfigs): void {
  const Runtime = requireRuntime(projectConfig) as { readonly prototype?: JestRuntime & { [PATCHED]?: true } };
  const prototype = Runtime.prototype;
  const original = prototype?.getAllV8CoverageInfoCopy;
  // A Jest that takes coverage another way reports what the tests covered, as without this.
  if (prototype === undefined || original === undefined || prototype[PATCHED] === true) return;
  prototype[PATCHED] = true;
  prototype.getAllV8CoverageInfoCopy = function getAllV8CoverageInfoCopy() {
    const own = original.call(this);
    if (this._environment === undefined) return own;
    return [...own, ...entriesOf(this._environment).all.map((entry) => asCountedBy(this, entry))];
  };
}

/** Characters that Jest 29 puts behind a module's text: to the end of its function, and to the end of the script around it. */
const BEHIND = { inFunction: 2, inScript: 5 };

/** The entry with the functions that this Jest's own would have; it reads all counts of a file by the first that it finds. */
function asCountedBy(runtime: JestRuntime, entry: V8Entry): V8Entry {
  const { result, codeTransformResult } = entry;
  const wrapper = runtime.constructModuleWrapperStart?.() ?? '';
  if (wrapper === '' || runtime.unstable_shouldLoadAsEsm?.(result.url) === true) return entry;
  const [module, ...functions] = result.functions.map((covered) => shifted(covered, wrapper.length));
  return {
    codeTransformResult: { ...codeTransformResult, wrapperLength: wrapper.length },
    result: { ...result, functions: module === undefined ? [] : [...wrapped(module, wrapper), ...functions] },
  };
}

function shifted(covered: FunctionCoverage, length: number): FunctionCoverage {
  const ranges = covered.ranges.map(({ startOffset, endOffset, count }) => ({
    startOffset: startOffset + length,
    endOffset: endOffset + length,
    count,
  }));
  return { ...covered, ranges };
}

/** A module is a script beside the server. In this Jest it is a function in one, and what it does by itself is counted for that function. */
function wrapped(module: FunctionCoverage, wrapper: string): FunctionCoverage[] {
  const [whole, ...parts] = module.ranges;
  if (whole?.startOffset !== wrapper.length) return [module];
  const { endOffset, count } = whole;
  const own = { startOffset: wrapper.indexOf('function'), endOffset: endOffset + BEHIND.inFunction, count };
  return [
    { ...module, ranges: [{ startOffset: 0, endOffset: endOffset + BEHIND.inScript, count }] },
    { ...module, functionName: 'Object.<anonymous>', ranges: [own, ...parts] },
  ];
}
