/**
 * What acts on the test side only: what a test file, or a set-up file of the configuration, mocks by `jest.mock()`, `jest.unstable_mockModule()`, `jest.spyOn()` or
 * `jest.replaceProperty()`, and what Jest doubles by a `__mocks__` folder. Jest's realm.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import * as path from 'node:path';
import type { LoaderService } from '../loading/service';

/** `jest.mock('./mailer'`, and what else replaces a module, also as Babel leaves it; not behind `//` or in a comment of several lines with stars. */
const MOCK =
  /(?<!^\s*(?:\/\/|\*).*)\b(?:jest|_getJestObj\(\))\s*\.\s*(?:mock|doMock|setMock|(unstable_mockModule))\s*(?:<[^>]*>+\s*)?\(\s*(['"`])([^'"`$]+)\2/gm;

/** `jest.spyOn(mailer, 'send')`, and the prototype or another part of it; the method where it is written out. So is what is replaced. */
const SPY = /(?<!^\s*(?:\/\/|\*).*)\bjest\s*\.\s*(spyOn|replaceProperty)\s*\(\s*([\w$]+)\s*(?=[,.])(?:[\s.\w$]*,\s*(['"`])([^'"`$]+)\3)?/gm;

/** `import * as mailer from './mailer'` and other imports; `const mailer = require('./mailer')` and what is alike. */
const BINDINGS = [
  /\bimport\s+(?!type\b)([^'"`;()]*?)\s*\bfrom\s*(['"])([^'"]+)\2/g,
  /\b(?:const|let|var|import)\s+([^=;()]*?)=\s*(?:await\s+)?(?:require|import)\s*\(\s*(['"`])([^'"`$]+)\2\s*\)/g,
];

export interface Doubled {
  /** As the test file would import it. */
  readonly specifier: string;
  /** `jest.mock()`, `the folder __mocks__` or the like; of a set-up file, with its name: `jest.mock() in set-up.ts`. */
  readonly by: string;
  /** Those that are spied on, or the properties that are replaced; undefined is any, as of one whose name is computed. */
  readonly methods?: readonly (string | undefined)[];
  /** Of one that is found without a word in the test: the double, as the test file would import it. */
  readonly double?: string;
}

/** What is asked of the project. */
export type Answers = Pick<LoaderService, 'codeOf' | 'configs' | 'resolveEach'>;

/** By file. What the test file itself does comes first, and takes the place of what is done to the same module elsewhere. */
export function doubledModules(testPath: string, service: Answers): ReadonlyMap<string, Doubled> {
  const { roots, modulePathIgnorePatterns } = service.configs.projectConfig;
  const found = new Map(doubledBy(testPath, service));
  const others = [
    ...setUpsOf(service).flatMap((file) =>
      doubledBy(file, service).map(([module, doubled]) => [module, ofSetUp(doubled, file, testPath)] as const),
    ),
    ...packagesIn(roots, modulePathIgnorePatterns, testPath).flatMap((doubled) => filesOf(doubled, testPath, service)),
  ];
  for (const [module, doubled] of others) if (!found.has(module)) found.set(module, doubled);
  return found;
}

/** By what the test file, or one that sets it up, mocks a module of this very name, which may be nowhere; undefined where none does. */
export function mockOf(name: string, testPath: string, service: Answers): string | undefined {
  const isThis = ({ specifier }: Doubled): boolean => specifier === name;
  const own = mockedIn(readText(testPath)).find(isThis);
  if (own !== undefined) return own.by;
  const ofSetUps = setUpsOf(service).flatMap((file) => mockedIn(readText(file)).map((doubled) => ofSetUp(doubled, file, testPath)));
  return ofSetUps.find(isThis)?.by;
}

function setUpsOf({ configs: { projectConfig } }: Answers): string[] {
  const { setupFiles, setupFilesAfterEnv } = projectConfig;
  return [...setupFiles, ...setupFilesAfterEnv].filter((file) => !file.includes(`${path.sep}node_modules${path.sep}`));
}

/** What the text of a file doubles. A module that it mocks and spies on is mocked. */
function doubledBy(file: string, service: Answers): (readonly [string, Doubled])[] {
  const text = readText(file);
  const mocked = mockedIn(text);
  // An alias of a transform's, such as one of babel-plugin-module-resolver, is a path in what runs.
  const compiled = mocked.some(({ specifier }) => isUnknown(specifier, file, service)) ? mockedIn(compiledText(file, service)) : [];
  return [...spiedOn(text), ...compiled, ...mocked].flatMap((doubled) => filesOf(doubled, file, service));
}

function ofSetUp(doubled: Doubled, file: string, testPath: string): Doubled {
  const { specifier, by } = doubled;
  const seen = specifier.startsWith('.') ? seenFrom(testPath, path.join(path.dirname(file), specifier)) : specifier;
  return { ...doubled, specifier: seen, by: `${by} in ${path.basename(file)}` };
}

/** The path of `file` as an import in the test file has it. */
function seenFrom(testPath: string, file: string): string {
  const relative = path.relative(path.dirname(testPath), file).replaceAll(path.sep, '/');
  return relative.startsWith('../') ? relative : `./${relative}`;
}

/** The same for who writes it in a file of `folder`, in place of the test file. */
export function asWrittenIn(folder: string, doubled: Doubled, testPath: string): Doubled {
  const { specifier, double } = doubled;
  const moved = (written: string): string =>
    written.startsWith('.') ? seenFrom(path.join(folder, 'file'), path.join(path.dirname(testPath), written)) : written;
  return { ...doubled, specifier: moved(specifier), ...(double !== undefined && { double: moved(double) }) };
}

/** Whether nothing is found by that name; of a path there is nothing more to know. */
function isUnknown(specifier: string, from: string, service: Answers): boolean {
  return !/^\.{0,2}[\\/]/.test(specifier) && !isBuiltin(specifier) && resolve(specifier, from, service).length === 0;
}

/** A file as it runs; empty where it cannot be had, as a hint is not worth a failure of its own. */
function compiledText(file: string, service: Answers): string {
  try {
    return service.codeOf(file) ?? '';
  } catch {
    return '';
  }
}

function filesOf(doubled: Doubled, from: string, service: Answers): (readonly [string, Doubled])[] {
  return resolve(doubled.specifier, from, service).map((module) => [module, doubled] as const);
}

/** Virtual modules are nowhere, and the server's side has core modules in any case. */
function resolve(specifier: string, from: string, service: Answers): string[] {
  try {
    return service.resolveEach(from, specifier).filter((file) => path.isAbsolute(file));
  } catch {
    return [];
  }
}

/** The modules that a file's text replaces. */
function mockedIn(text: string): Doubled[] {
  return [...text.matchAll(MOCK)].map(([, ofModule, , specifier = '']) => ({
    specifier,
    by: ofModule === undefined ? 'jest.mock()' : 'jest.unstable_mockModule()',
  }));
}

/** The modules whose export, or part of it, the file spies on, or has a property replaced of. */
function spiedOn(text: string): Doubled[] {
  const spied = [...text.matchAll(SPY)].map(([, by = '', name = '', , method]) => ({ by: `jest.${by}()`, name, method }));
  if (spied.length === 0) return [];
  return BINDINGS.flatMap((binding) =>
    [...text.matchAll(binding)].flatMap(([, names = '', , specifier = '']): Doubled[] => {
      const bound = names.split(/[^\w$]+/);
      const found = spied.filter(({ name }) => bound.includes(name));
      const [last] = found.slice(-1);
      return last === undefined ? [] : [{ specifier, by: last.by, methods: found.map(({ method }) => method) }];
    }),
  );
}

/** The packages that Jest replaces without being told to: each has a file of its name in a folder `__mocks__`, wherever that is below a root. */
function packagesIn(roots: readonly string[], ignored: readonly string[], testPath: string): Doubled[] {
  const withoutExtension = (file: string): string => file.replace(/\.[^./]+$/, '');
  const patterns = ignored.map((pattern) => new RegExp(pattern));
  const doubles = roots.flatMap(doubleFoldersIn).flatMap((folder) =>
    filesIn(folder)
      .filter((file) => !patterns.some((pattern) => pattern.test(path.join(folder, file))))
      .map((file): Doubled => ({
        specifier: withoutExtension(file).replaceAll(path.sep, '/'),
        by: 'the folder __mocks__',
        double: seenFrom(testPath, withoutExtension(path.join(folder, file))),
      })),
  );
  return doubles.sort((one, other) => (one.specifier < other.specifier ? -1 : 1));
}

/** All `__mocks__` below a folder, the upper ones first. Jest knows none of those in packages. */
function doubleFoldersIn(folder: string): string[] {
  const folders = foldersIn(folder).filter((name) => name !== 'node_modules' && !name.startsWith('.'));
  const others = folders.filter((name) => name !== '__mocks__').flatMap((name) => doubleFoldersIn(path.join(folder, name)));
  return folders.includes('__mocks__') ? [path.join(folder, '__mocks__'), ...others] : others;
}

function foldersIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch {
    return [];
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => path.extname(file) !== '');
  } catch {
    return [];
  }
}

/** Empty where it cannot be read: a hint is not worth a failure of its own. */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
