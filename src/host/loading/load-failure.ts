/**
 * Tells what kept a module from being loaded: the module's own error as itself, everything else as a `ModuleLoadError`. Server side.
 */
import { stripVTControlCharacters } from 'node:util';
import { ModuleLoadError } from '../../errors/errors';
import { captureStack, stackOf, USERS_DEPTH, usersFrames } from '../../errors/frames';
import { reword } from '../../errors/reword';
import type { LoaderSettings } from '../../protocol/loader';
import { isOwnFile } from './policy';
import { MORE_THAN_TYPES } from './uncompiled';

/** What would load a kind of file that Node does not know. */
const LOADERS: Readonly<Record<LoaderSettings['kind'], string>> = {
  jest: 'Give Jest a `transform` for it (ts-jest, babel-jest or @swc/jest for TypeScript), which `transformIgnorePatterns` must not keep from it',
  node: 'Begin the program with something that loads it (`--import tsx` for TypeScript)',
};

/** What `load` throws for `error`, which came up while `file` was loaded, by Jest's settings or as Node does it. */
export function asLoadFailure(error: unknown, file: string, kind: LoaderSettings['kind']): unknown {
  if (!(error instanceof Error) || error instanceof ModuleLoadError) return error;
  switch (codeOf(error)) {
    case 'MODULE_NOT_FOUND':
    case 'ERR_MODULE_NOT_FOUND':
    case 'ERR_PACKAGE_PATH_NOT_EXPORTED':
    case 'ERR_UNSUPPORTED_DIR_IMPORT':
      hideOwnFiles(error);
      return failure(
        `${firstLine(error.message)}${askedBy(error)}\nwhile loading ${file}. Correct the path, or install the package.`,
        error,
        askersFrames(error),
      );
    case 'ERR_UNKNOWN_FILE_EXTENSION':
    case 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING':
      return failure(
        `Nothing can load this kind of file: ${firstLine(error.message)}. ${LOADERS[kind]}, or import it on the test side only.`,
        error,
        usersFrames(stackOf(error) ?? ''),
      );
    case 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX':
      return syntaxFailure(error, { reason: `\n\n${kind === 'jest' ? `${LOADERS.jest}.` : MORE_THAN_TYPES}` });
    default:
      if (isUnstripped(error)) return failure(error.message, error, usersFrames(stackOf(error) ?? ''));
      if (isUnmapped(error)) {
        const message = `${stripVTControlCharacters(error.message).trim()}\nwhile loading ${file}. Correct the path, or the entry.`;
        return failure(message, error, usersFrames(stackOf(error) ?? ''));
      }
      if (!isSyntaxFailure(error)) return error;
      if (!hasPlaceAbove(error) && isOfNodesCompiler(error)) putPlaceAbove(error, file);
      return syntaxFailure(error);
  }
}

/** The line that asks for a module which is not there: a stack has it, but for an `import` that Node has come to before anything ran. */
function askersFrames(error: Error): readonly string[] {
  const frames = usersFrames(stackOf(error) ?? '');
  if (frames.length > 0) return frames;
  const { findImport } = require('./find-import') as typeof import('./find-import');
  const place = findImport(firstLine(error.message));
  return place === undefined ? [] : [`    at ${place}`];
}

/** An error of Jest's resolver, with the frames of the code that asks for a module at the moment; as it is where there are none. */
export function withAskersFrames(error: unknown): unknown {
  const frames = usersFrames(captureStack(USERS_DEPTH, withAskersFrames).stack ?? '');
  if (!(error instanceof Error) || frames.length === 0) return error;
  // It is empty for what `moduleNameMapper` maps to nothing.
  if (error.name === '') error.name = 'Error';
  error.stack = [`${error.name}: ${error.message}`, ...frames].join('\n');
  return error;
}

/** Whether Jest has found nothing where an entry of `moduleNameMapper` sends it: that error has no code. */
function isUnmapped(error: Error): boolean {
  return codeOf(error) === undefined && /Configuration error[^]*Could not locate module /.test(error.message);
}

/** Whether Jest has left a TypeScript file to Node, which takes types out of it and found more than types: that error has no code, and says what to do. */
function isUnstripped(error: Error): boolean {
  return codeOf(error) === undefined && error.message.startsWith('jest: failed to strip TypeScript types from ');
}

function putPlaceAbove(error: Error, entry: string): void {
  const { findSyntaxError } = require('./find-syntax-error') as typeof import('./find-syntax-error');
  const place = findSyntaxError(error, entry);
  if (place !== undefined) error.stack = `${place}\n\n${stackOf(error) ?? ''}`;
}

/** What is thrown for `error`, which came up while a TypeScript file was loaded that Jest's configuration leaves as it is. */
export function asUntransformed(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || !isSyntaxFailure(error)) return error;
  // Another file, which this one asks for.
  if (hasPlaceAbove(error) && stackOf(error)?.startsWith(`${file}:`) !== true) return error;
  const reason =
    `\n\nNo \`transform\` of Jest's configuration applies to ${file}, so Node gets its TypeScript as it is. ` +
    'Add one that matches it (ts-jest, babel-jest, @swc/jest), or take it out of `transformIgnorePatterns`.';
  return syntaxFailure(error, { reason, place: `${file}:1:1` });
}

function codeOf(error: Error): unknown {
  return (error as { code?: unknown }).code;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}

function askedBy(error: Error): string {
  const stack = (error as { requireStack?: unknown }).requireStack;
  const first: unknown = Array.isArray(stack) ? stack[0] : undefined;
  return typeof first === 'string' && !error.message.startsWith(`Cannot find module '${first}'`) ? ` from ${first}` : '';
}

/** Takes this package's files out of Node's "Require stack". */
function hideOwnFiles(error: Error): void {
  const holder = error as { requireStack?: unknown };
  if (!Array.isArray(holder.requireStack)) return;
  const stack = (holder.requireStack as unknown[]).filter((entry) => typeof entry !== 'string' || !isOwnFile(entry));
  holder.requireStack = stack;
  const list = stack.length === 0 ? '' : `\nRequire stack:\n- ${stack.join('\n- ')}`;
  const message = error.message.replace(/\nRequire stack:[^]*$/, list);
  reword(error, message);
}

/**
 * Whether the text of a module was at fault, not what it did: Node puts the place above such an error's name, compilers name it or,
 * as TypeScript does, number it among the syntax errors.
 */
function isSyntaxFailure(error: Error): boolean {
  const codes = (error as { diagnosticCodes?: unknown }).diagnosticCodes;
  if (Array.isArray(codes)) return codes.length > 0 && codes.every((code) => typeof code === 'number' && code >= 1000 && code < 2000);
  if (error.name !== 'SyntaxError') return false;
  return (
    hasPlaceAbove(error) ||
    isOfNodesCompiler(error) ||
    /^(?:\/|[A-Za-z]:[\\/]).*: /.test(error.message) ||
    'loc' in error ||
    'codeFrame' in error
  );
}

function hasPlaceAbove(error: Error): boolean {
  return /^(?!SyntaxError)[^\n]+:\d+\n/.test(stackOf(error) ?? '');
}

/** Of an ES module that is required, Node does not say the place. */
function isOfNodesCompiler(error: Error): boolean {
  return /^[^\n]*\n {4}at \w+ \(node:internal\/modules\//.test(stackOf(error) ?? '');
}

/** `reason` ends the message; `place` is where to look when the error does not say it. */
function syntaxFailure(error: Error, { reason, place: file }: { reason?: string; place?: string } = {}): ModuleLoadError {
  const end = reason ?? '';
  if (!hasPlaceAbove(error)) return failure(`Syntax error: ${error.message}${end}`, error, file === undefined ? [] : [`    at ${file}`]);
  // The place and the line that Node shows above the error's name.
  const [place = '', line = '', marker = ''] = (stackOf(error) ?? '').split('\n');
  const column = Math.max(marker.indexOf('^'), 0) + 1;
  return failure(`Syntax error: ${error.message}\n\n${place}\n${line}\n${marker}${end}`, error, [`    at ${place}:${String(column)}`]);
}

/** With the user's frames for a stack: where this package noticed it says nothing. */
function failure(message: string, cause: Error, frames: readonly string[]): ModuleLoadError {
  const error = new ModuleLoadError(message, { cause });
  error.stack = [`${error.name}: ${message}`, ...frames].join('\n');
  return error;
}
