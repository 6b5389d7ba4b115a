/**
 * Answers what the module loaders of hosts ask for, with the project's own transformer. Jest's outer realm, and the stand-in's thread.
 */
import type { ScriptTransformer, TransformResult as JestTransformResult } from '@jest/transform';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import type { LoaderConnection } from '../../loop/handle';
import type { JestLoaderSettings, LoaderQuestion, ResolveResult, TransformResult } from '../../protocol/loader';
import { Connection, type Answer } from './connection';
import { requireTransform } from './jest-modules';
import { createResolve, type Resolve } from './resolver';
import { canStripTypes, loaderSettings, rememberPlainOptions, runsEsm, withoutDocblockOptions, type JestConfigs } from './settings';

export interface LoaderServiceOptions extends JestConfigs {
  /** The pragmas of the test file's docblock, as in the environment's context. */
  readonly docblockPragmas?: Readonly<Record<string, string | readonly string[]>> | undefined;
}

export interface LoaderService {
  /** What hosts are told at boot. */
  readonly settings: JestLoaderSettings;
  /** Answers on `port`; keeps no process alive. */
  serve(port: MessagePort, wake: Int32Array): LoaderConnection;
  /** Where Jest would find a module: an absolute path, or the name of a core module. @throws Jest's own error */
  resolve(from: string, specifier: string): string;
  /** The same, and the other files that a package gives to who imports it, or to Node's own `require`, by its `exports`. @throws Jest's own error */
  resolveEach(from: string, specifier: string): string[];
  /** The configurations that it answers by: the project's without what the test file's docblock has put into it. */
  readonly configs: JestConfigs;
}

type CoverageOptions = Pick<
  Parameters<ScriptTransformer['transform']>[1],
  'collectCoverage' | 'collectCoverageFrom' | 'coverageProvider' | 'globalRootDir'
>;

/** Takes well under a millisecond where Jest has loaded the project's transforms before. */
export async function createLoaderService(options: LoaderServiceOptions): Promise<LoaderService> {
  const projectConfig = withoutDocblockOptions(options.projectConfig, options.docblockPragmas);
  if (projectConfig === options.projectConfig) rememberPlainOptions(projectConfig);
  const configs: JestConfigs = { projectConfig, globalConfig: options.globalConfig };
  // Jest's memory of what stood in the files: for the transforms, some of which look things up in it.
  const texts = new Map<string, string>();
  const transformer = await requireTransform(projectConfig).createScriptTransformer(projectConfig, texts);
  const settings = loaderSettings(configs, canStripTypes(transformer));
  const resolve = createResolve(projectConfig);
  const answer = createAnswer(transformer, resolve, configs, (file) => texts.delete(file));
  return {
    settings,
    configs,
    serve: (port, wake) => new Connection(port, wake, { answer, canStandIn: settings.standIn !== null }),
    resolve: (from, specifier) => resolve(from, specifier, false),
    resolveEach: (from, specifier) => [...new Set([resolve(from, specifier, false), ...otherBuilds(resolve, from, specifier)])],
  };
}

/** What each kind of importer gets of a package; none that has nothing for it. */
function otherBuilds(resolve: Resolve, from: string, specifier: string): string[] {
  if (specifier.startsWith('.') || path.isAbsolute(specifier)) return [];
  // Node's `require` knows a condition that Jest's does not: `module-sync`.
  return [() => resolve(from, specifier, true), () => createRequire(from).resolve(specifier)].flatMap((find) => {
    try {
      return [find()];
    } catch {
      return [];
    }
  });
}

function createAnswer(
  transformer: ScriptTransformer,
  resolve: Resolve,
  { globalConfig }: JestConfigs,
  forgetText: (file: string) => void,
): Answer {
  const coverage: CoverageOptions = {
    collectCoverage: globalConfig.collectCoverage,
    collectCoverageFrom: globalConfig.collectCoverageFrom,
    coverageProvider: globalConfig.coverageProvider,
    globalRootDir: globalConfig.rootDir,
  };
  const sendsOriginal = coverage.collectCoverage && coverage.coverageProvider === 'v8';
  const toResult = ({ code, originalCode, sourceMapPath }: JestTransformResult): TransformResult => ({
    code,
    originalCode: sendsOriginal ? originalCode : null,
    sourceMapPath,
  });
  return (question: LoaderQuestion): TransformResult | ResolveResult | Promise<TransformResult> => {
    if (question.type === 'resolve') return { file: resolve(question.from, question.specifier, question.esm) };
    const transformOptions = { ...callerOptions(question.esm), ...coverage };
    // A server that loads a file again, or anew, gets what stands there now: Jest itself forgets its modules and their texts together.
    forgetText(question.file);
    if (canTransformSync(transformer, question.file)) return toResult(transformer.transform(question.file, transformOptions));
    return transformer.transformAsync(question.file, transformOptions).then(toResult);
  };
}

/** What Jest tells a transform about the code that it wants; part of the key of the shared cache. */
function callerOptions(esm: boolean): Parameters<ScriptTransformer['transform']>[1] {
  return {
    isInternalModule: false,
    supportsDynamicImport: esm || runsEsm(),
    supportsExportNamespaceFrom: esm,
    supportsStaticESM: esm,
    supportsTopLevelAwait: esm,
  } as Parameters<ScriptTransformer['transform']>[1];
}

/** Whether the file's transform works without waiting. Jest says so from version 30 on; before, its transformer is looked into. */
function canTransformSync(transformer: ScriptTransformer, file: string): boolean {
  const { canTransformSync: ask, _getTransformer: find } = transformer as unknown as TransformerInternals;
  if (ask !== undefined) return ask.call(transformer, file);
  const found = find?.call(transformer, file);
  return found?.transformer === undefined || typeof found.transformer.process === 'function' || !transformer.shouldTransform(file);
}

interface TransformerInternals {
  readonly canTransformSync?: (file: string) => boolean;
  readonly _getTransformer?: (file: string) => { readonly transformer?: { readonly process?: unknown } } | null;
}
