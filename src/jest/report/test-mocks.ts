/**
 * What a test file mocks by `jest.mock()`, `jest.unstable_mockModule()` or `jest.spyOn()`, and what Jest doubles by a `__mocks__` folder, which all act on the test side
 * only: a failing test is told what of it its servers have loaded as it is. Jest's realm.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import * as path from 'node:path';
import type { TrackedController } from '../../controller/surroundings';
import type { LoaderService } from '../loading/service';
import { within } from '../../time/within';
import type { Spies } from './spies';

/** `jest.mock('./mailer'`, and what else replaces a module, also as Babel leaves it; not behind `//` or in a comment of several lines with stars. */
const MOCK =
  /(?<!^\s*(?:\/\/|\*).*)\b(?:jest|_getJestObj\(\))\s*\.\s*(?:mock|doMock|setMock|(unstable_mockModule))\s*(?:<[^>]*>+\s*)?\(\s*(['"`])([^'"`$]+)\2/gm;

/** `jest.spyOn(mailer, 'send')`, and the prototype or another part of it; the method where it is written out. */
const SPY = /(?<!^\s*(?:\/\/|\*).*)\bjest\s*\.\s*spyOn\s*\(\s*([\w$]+)\s*(?=[,.])(?:[\s.\w$]*,\s*(['"`])([^'"`$]+)\2)?/gm;

/** `import * as mailer from './mailer'` and other imports; `const mailer = require('./mailer')` and what is alike. */
const BINDINGS = [
  /\bimport\s+(?!type\b)([^'"`;()]*?)\s*\bfrom\s*(['"])([^'"]+)\2/g,
  /\b(?:const|let|var|import)\s+([^=;()]*?)=\s*(?:await\s+)?(?:require|import)\s*\(\s*(['"`])([^'"`$]+)\2\s*\)/g,
];

/** Milliseconds for a server that responds to look: V8's inspector takes longer to come than an answer, the more so on a busy machine. */
const LOOK_LIMIT = 5000;

/** A spy may be on the class of the controller itself, whose module nobody replaces. */
const SPY_THERE = ', or spy there, by a method that uses `spyOn` of the package jest-mock';

type Doubling = 'jest.mock()' | 'jest.unstable_mockModule()' | 'jest.spyOn()' | 'the folder __mocks__';

interface Doubled {
  readonly specifier: string;
  readonly by: Doubling;
  /** Those that are spied on; undefined is any, as of one whose name is computed. */
  readonly methods?: readonly (string | undefined)[];
}

export class TestMocks {
  readonly #testPath: string;
  readonly #service: Pick<LoaderService, 'codeOf' | 'configs' | 'resolveEach'>;
  readonly #spies: Pick<Spies, 'has'> | undefined;
  /** By file; found when first asked for. */
  #mocked: ReadonlyMap<string, Doubled> | undefined;

  /** Without `spies`, all that the text of the file spies on counts for each test. */
  constructor(testPath: string, service: Pick<LoaderService, 'codeOf' | 'configs' | 'resolveEach'>, spies: Pick<Spies, 'has'> | undefined) {
    this.#testPath = testPath;
    this.#service = service;
    this.#spies = spies;
  }

  /** What of those modules has been loaded beside a server, as a line; none of one that does not respond within `limit` ms. */
  async unreached(controller: TrackedController, limit: number): Promise<string[]> {
    this.#mocked ??= this.#find();
    const mocked = new Map([...this.#mocked].filter(([, doubled]) => this.#concerns(doubled)));
    if (mocked.size === 0 || controller.state !== 'running') return [];
    const responds = (await within(limit, controller.inFlight())) !== undefined;
    const loaded = responds ? await within(LOOK_LIMIT, controller.loaded([...mocked.keys()])) : undefined;
    if (loaded === undefined) return [];
    const doubled = loaded.flatMap((file) => mocked.get(file) ?? []);
    return doubled.length === 0 ? [] : [hint(controller, doubled)];
  }

  /** A spy of another test may be in the same file. */
  #concerns({ methods }: Doubled): boolean {
    const spies = this.#spies;
    return methods === undefined || spies === undefined || methods.some((method) => method === undefined || spies.has(method));
  }

  #find(): ReadonlyMap<string, Doubled> {
    const text = readText(this.#testPath);
    const mocked = mockedIn(text);
    // An alias of a transform's, such as one of babel-plugin-module-resolver, is a path in what runs.
    const compiled = mocked.some(({ specifier }) => this.#isUnknown(specifier)) ? mockedIn(this.#compiled()) : [];
    const spied = spiedOn(text);
    const packages = packagesIn(this.#service.configs.projectConfig.roots);
    const doubled = packages.map((specifier): Doubled => ({ specifier, by: 'the folder __mocks__' }));
    // A module that is mocked and spied on is mocked.
    return new Map(
      [...doubled, ...spied, ...compiled, ...mocked].flatMap((doubled) => this.#resolve(doubled.specifier).map((file) => [file, doubled])),
    );
  }

  /** Whether nothing is found by that name; of a path there is nothing more to know. */
  #isUnknown(specifier: string): boolean {
    return !/^\.{0,2}[\\/]/.test(specifier) && !isBuiltin(specifier) && this.#resolve(specifier).length === 0;
  }

  /** The test file as it runs; empty where it cannot be had, as a hint is not worth a failure of its own. */
  #compiled(): string {
    try {
      return this.#service.codeOf(this.#testPath) ?? '';
    } catch {
      return '';
    }
  }

  /** Virtual modules are nowhere, and the server's side has core modules in any case. */
  #resolve(specifier: string): string[] {
    try {
      return this.#service.resolveEach(this.#testPath, specifier).filter((file) => path.isAbsolute(file));
    } catch {
      return [];
    }
  }
}

/** The modules that a test file's text replaces. */
function mockedIn(text: string): Doubled[] {
  return [...text.matchAll(MOCK)].map(([, ofModule, , specifier = '']) => ({
    specifier,
    by: ofModule === undefined ? 'jest.mock()' : 'jest.unstable_mockModule()',
  }));
}

/** The modules whose export, or part of it, the file spies on. */
function spiedOn(text: string): Doubled[] {
  const spied = [...text.matchAll(SPY)].map(([, name = '', , method]) => ({ name, method }));
  if (spied.length === 0) return [];
  return BINDINGS.flatMap((binding) =>
    [...text.matchAll(binding)].flatMap(([, names = '', , specifier = '']): Doubled[] => {
      const bound = names.split(/[^\w$]+/);
      const methods = spied.filter(({ name }) => bound.includes(name)).map(({ method }) => method);
      return methods.length === 0 ? [] : [{ specifier, by: 'jest.spyOn()', methods }];
    }),
  );
}

/** The packages that Jest replaces without being told to: each has a file of its name in the folder `__mocks__` of a root. */
function packagesIn(roots: readonly string[]): string[] {
  const files = roots.flatMap((root) => filesIn(path.join(root, '__mocks__')));
  return [...new Set(files.map((file) => file.replace(/\.[^./]+$/, '').replaceAll(path.sep, '/')))].sort();
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => path.extname(file) !== '');
  } catch {
    return [];
  }
}

function hint({ name }: TrackedController, doubled: readonly Doubled[]): string {
  const names = [...new Set(doubled.map(({ specifier }) => `'${specifier}'`))];
  const means = [...new Set(doubled.map(({ by }) => by))].sort();
  const option = names.map((text) => `${text}: './your-fake'`).join(', ');
  return (
    `${name}'s server has loaded the real ${names.join(' and ')}: ${means.join(' and ')} ${means.length === 1 ? 'acts' : 'act'} on this side only. ` +
    `Replace ${names.length === 1 ? 'it' : 'them'} there with the option \`mocks: { ${option} }\`${means.includes('jest.spyOn()') ? SPY_THERE : ''}.`
  );
}

/** Empty where it cannot be read: a hint is not worth a failure of its own. */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
