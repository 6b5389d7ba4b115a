/**
 * Loads modules as Node itself does, without Jest; TypeScript by what is at hand. Server side.
 */
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { importModule } from './import-module';
import type { LoadingWay } from './module-loader';
import { hasAwaitAtTop, hasSyncHooks, moduleInternals } from './node-internals';
import { isEsmToNode, isTypeScript } from './policy';
import type { Resolution } from './resolution';

export interface NodeWayOptions {
  readonly mocks: Readonly<Record<string, string>>;
  readonly doorway: string;
  readonly resolution: Resolution;
}

export function installNodeWay({ mocks, doorway, resolution }: NodeWayOptions): LoadingWay {
  let importsHooked = false;
  return {
    async load(file) {
      const esm = isEsmToNode(file);
      // Importers find this package by themselves; only what is to be replaced needs hooks.
      if (resolution.hasMocks && !importsHooked) {
        importsHooked = true;
        const { hookEsm } = require('./esm') as typeof import('./esm');
        hookEsm({ mocks, doorway, resolution });
      }
      // A program that was begun with tsx may ask for TypeScript from any module.
      if (isTypeScript(file) || tsxMissesThisThread()) await prepareTypeScript(file, esm);
      if (!esm) {
        try {
          return require(file) as unknown;
        } catch (error) {
          // An ES module in a place that says nothing of it, with an `await` at its top level.
          if (!hasAwaitAtTop(error)) throw error;
        }
      }
      return await importModule(file);
    },
    coverage: () => undefined,
  };
}

/** What was asked for on the command line, which threads and processes inherit. */
function asked(): readonly string[] {
  return [...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(/\s+/)];
}

/** A loader for TypeScript that was asked for on the command line and has reached this thread. */
function isInherited(esm: boolean): boolean {
  if (esm && tsxMissesThisThread()) return false;
  return moduleInternals._extensions['.ts'] !== undefined && /\b(?:tsx|ts-node|swc|esbuild|sucrase|jiti|babel)\b/.test(asked().join(' '));
}

/**
 * Whether tsx was asked for and has no hooks for ES modules here: it registers them in the main thread only (tsx/dist/loader.mjs), and
 * before the Node that has `registerHooks` a thread does not share them.
 */
function tsxMissesThisThread(): boolean {
  return !isMainThread && !hasSyncHooks && /\btsx\b/.test(asked().join(' '));
}

let prepared: 'none' | 'commonjs' | 'esm' = 'none';

/** @throws ModuleLoadError when `file` is TypeScript and nothing loads it */
async function prepareTypeScript(file: string, esm: boolean): Promise<void> {
  if (prepared === 'esm' || (prepared === 'commonjs' && !esm) || isInherited(esm)) return;
  const found = findTsx(file);
  if (found !== undefined) {
    if (prepared === 'none' && moduleInternals._extensions['.ts'] === undefined)
      (require(found.commonjs) as { register(): void }).register();
    prepared = esm ? 'esm' : 'commonjs';
    if (esm) ((await importModule(found.esm)) as { register(): void }).register();
    return;
  }
  // Absent before Node 22.10, false where type stripping is off.
  const { typescript } = process.features as { readonly typescript?: unknown };
  if (!isTypeScript(file) || (typescript !== undefined && typescript !== false)) return;
  const { noLoader } = require('./uncompiled') as typeof import('./uncompiled');
  throw noLoader(file);
}

function findTsx(file: string): { readonly commonjs: string; readonly esm: string } | undefined {
  // `npx tsx` names its own files on the command line; the project need not have it.
  const named = asked().filter((option) => /^(?:file:|\/|[a-zA-Z]:\\).*\btsx\b/.test(option));
  for (const from of [file, path.join(process.cwd(), 'package.json'), ...named]) {
    try {
      const { resolve } = createRequire(from);
      // `resolve` finds the CommonJS build of the second, which cannot register itself from outside.
      return { commonjs: resolve('tsx/cjs/api'), esm: resolve('tsx/esm/api').replace(/\.cjs$/, '.mjs') };
    } catch {
      // Not installed there.
    }
  }
  return undefined;
}
