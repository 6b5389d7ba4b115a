/**
 * What acts on the test side only, such as `jest.mock()`: a failing test is told what of it its servers have loaded as it is. Jest's realm.
 */
import { types } from 'node:util';
import type { TrackedController } from '../../controller/surroundings';
import { ReadyTimeoutError } from '../../errors/errors';
import { answeredWithin } from '../../time/answered';
import { asWrittenIn, doubledModules, mockOf, type Answers, type Doubled } from './doubled-modules';
import { inWords } from './in-words';
import type { Spies } from './spies';

/** Milliseconds for a server that responds to look: V8's inspector takes longer to come than an answer, the more so on a busy machine. */
const LOOK_LIMIT = 5000;

/** A spy may be on the class of the controller itself, whose module nobody replaces. */
const THERE = [
  ['jest.spyOn()', ', or spy there, by a method that uses `spyOn` of the package jest-mock'],
  ['jest.replaceProperty()', ', or let a method set it there'],
] as const;

/** What has not been found, as Node and Jest word it. */
const MISSING = /Cannot find (?:module|package) '([^']+)'/;

/** What a server had to do with the modules in question. */
type Involvement = 'has loaded' | 'may have waited for';

export class TestMocks {
  readonly #testPath: string;
  readonly #service: Answers;
  readonly #spies: Pick<Spies, 'has'> | undefined;
  /** Where the option of a controller is written, if that is not the test file. */
  readonly #folders = new WeakMap<object, string>();
  /** By file; found when first asked for. */
  #mocked: ReadonlyMap<string, Doubled> | undefined;

  /** Without `spies`, all that the text of the file spies on counts for each test. */
  constructor(testPath: string, service: Answers, spies: Pick<Spies, 'has'> | undefined) {
    this.#testPath = testPath;
    this.#service = service;
    this.#spies = spies;
  }

  /** The paths of the option are relative to `folder` for that controller. */
  writtenIn(folder: string, controller: TrackedController): void {
    this.#folders.set(controller, folder);
  }

  /** What of those modules has been loaded beside a server, as a line; none of one that does not respond within `limit` ms. */
  async unreached(controller: TrackedController, limit: number): Promise<string[]> {
    const mocked = this.#doubled();
    if (mocked.size === 0 || controller.state !== 'running') return [];
    const responds = (await answeredWithin(limit, controller.inFlight())) !== undefined;
    const loaded = responds ? await answeredWithin(LOOK_LIMIT, controller.loaded([...mocked.keys()])) : undefined;
    if (loaded === undefined) return [];
    const doubled = loaded.flatMap((file) => mocked.get(file) ?? []);
    return this.#hint(controller, 'has loaded', doubled);
  }

  /**
   * Those of which the error came that a server has died of, or could not start for, as a line: it can be asked no more. Of one whose time
   * was over, all that it may have waited for.
   */
  cameOf(controller: Pick<TrackedController, 'name'>, error: unknown): string[] {
    if (isOverdue(error)) return this.#hint(controller, 'may have waited for', [...this.#doubled().values()]);
    const stack: unknown = types.isNativeError(error) ? error.stack : undefined;
    if (typeof stack !== 'string') return [];
    const name = MISSING.exec(stack)?.[1];
    const by = name === undefined || name.startsWith('.') ? undefined : mockOf(name, this.#testPath, this.#service);
    if (name !== undefined && by !== undefined) return [hintOfVirtual(controller.name, name, by)];
    const doubled = [...this.#doubled()].filter(([file]) => stack.includes(packageOf(file) ?? `${file}:`)).map(([, each]) => each);
    return this.#hint(controller, 'has loaded', doubled);
  }

  #hint(controller: Pick<TrackedController, 'name'>, did: Involvement, doubled: readonly Doubled[]): string[] {
    if (doubled.length === 0) return [];
    const folder = this.#folders.get(controller);
    const written = folder === undefined ? doubled : doubled.map((each) => asWrittenIn(folder, each, this.#testPath));
    return [hint(`${controller.name}'s server ${did}`, written)];
  }

  #doubled(): ReadonlyMap<string, Doubled> {
    this.#mocked ??= doubledModules(this.#testPath, this.#service);
    return new Map([...this.#mocked].filter(([, doubled]) => this.#concerns(doubled)));
  }

  /** A spy of another test may be in the same file. */
  #concerns({ methods }: Doubled): boolean {
    const spies = this.#spies;
    return methods === undefined || spies === undefined || methods.some((method) => method === undefined || spies.has(method));
  }
}

/** Code of the project's had begun to run by then. */
function isOverdue(error: unknown): boolean {
  return error instanceof ReadyTimeoutError && error.phase !== 'boot';
}

/** The folder of the package that the file is part of, as stacks have it; undefined of a file of the project. */
function packageOf(file: string): string | undefined {
  return /[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/@.][^\\/]*[\\/](?!.*[\\/]node_modules[\\/])/.exec(file)?.[0];
}

function hintOfVirtual(controller: string, name: string, by: string): string {
  return (
    `${controller}'s server has asked for the real '${name}': ${by} acts on this side only. ` +
    "If it is nowhere, let `moduleNameMapper` lead its name to your double's file."
  );
}

function hint(occasion: string, doubled: readonly Doubled[]): string {
  const doubles = new Map(doubled.map(({ specifier, double }) => [`'${specifier}'`, double ?? './your-fake']));
  const means = [...new Set(doubled.map(({ by }) => by))].sort();
  const option = [...doubles].map(([specifier, double]) => `${specifier}: '${double}'`).join(', ');
  const there = THERE.find(([mean]) => means.some((by) => by.startsWith(mean)))?.[1] ?? '';
  return (
    `${occasion} the real ${inWords([...doubles.keys()])}: ${inWords(means)} ${means.length === 1 ? 'acts' : 'act'} on this side only. ` +
    `Replace ${doubles.size === 1 ? 'it' : 'them'} there with the option \`mocks: { ${option} }\`${there}.`
  );
}
