/**
 * Finds the place of a syntax error in ES modules, of which Node tells its message only. Server side; loaded when there is one.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as vm from 'node:vm';

/** How many files are looked through. */
const MOST_FILES = 500;
/** Milliseconds that Node gets to check a file. */
const CHECK_LIMIT = 5000;

/** There under --experimental-vm-modules, which is how Jest runs ES modules. */
interface ModuleParser {
  new (text: string): {
    readonly dependencySpecifiers?: readonly string[];
    readonly moduleRequests?: readonly { readonly specifier: string }[];
  };
}
const { SourceTextModule } = vm as { readonly SourceTextModule?: ModuleParser };

/** The place, the line and the marker below it, as Node shows them above an error's name, for an error that `entry` was loaded with. */
export function findSyntaxError(error: Error, entry: string): string | undefined {
  const file = SourceTextModule === undefined ? entry : culprit(error.message, entry, SourceTextModule);
  return file === undefined ? undefined : shownPlace(error.message, file);
}

/** The module that cannot be parsed: `entry`, or one that it imports by a path. */
function culprit(message: string, entry: string, Parser: ModuleParser): string | undefined {
  const files = new Set([entry]);
  for (const file of files) {
    const parsed = parse(file, Parser);
    if (parsed instanceof Error) {
      // A file that Jest transforms may have a syntax of its own.
      if (parsed.message === message) return file;
    } else for (const found of parsed) if (files.size < MOST_FILES) files.add(found);
  }
  return undefined;
}

/** The files that a module imports, or why it cannot be parsed. */
function parse(file: string, Parser: ModuleParser): readonly string[] | Error {
  try {
    const { moduleRequests, dependencySpecifiers } = new Parser(readFileSync(file, 'utf8'));
    const specifiers = moduleRequests?.map(({ specifier }) => specifier) ?? dependencySpecifiers ?? [];
    return specifiers.filter((specifier) => /^(?:\.{0,2}\/|file:)/.test(specifier)).flatMap((specifier) => fileOf(specifier, file));
  } catch (error) {
    return error as Error;
  }
}

function fileOf(specifier: string, from: string): readonly string[] {
  const wanted = fileURLToPath(new URL(specifier, pathToFileURL(from)));
  const found = [wanted, ...['.js', '.mjs'].map((extension) => wanted + extension)].find(
    (file) => existsSync(file) && path.extname(file) !== '',
  );
  return found === undefined ? [] : [found];
}

/** Node itself says it where it checks a file without running it. */
function shownPlace(message: string, file: string): string | undefined {
  const { stderr } = spawnSync(process.execPath, ['--check', file], {
    encoding: 'utf8',
    timeout: CHECK_LIMIT,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const [place = '', line = '', marker = '', ...rest] = stderr
    .replace(/^file:\/\/\S+(?=:\d+\r?\n)/, (url) => fileURLToPath(url))
    .split(/\r?\n/);
  // There is nothing to mark where a file ends too early.
  const isMarked = marker.includes('^') || line === '';
  return /:\d+$/.test(place) && isMarked && rest.some((text) => text.includes(message)) ? [place, line, marker].join('\n') : undefined;
}
