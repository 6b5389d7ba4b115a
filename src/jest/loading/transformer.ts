/**
 * The project's transforms, as servers get their files from them. Jest's outer realm, and the stand-in's thread.
 */
import type { ScriptTransformer, TransformResult as JestTransformResult } from '@jest/transform';
import type { TransformResult } from '../../protocol/loader';
import { requireTransform } from './jest-modules';
import { canStripTypes, runsEsm, type JestConfigs } from './settings';

interface TransformWish {
  /** Whether it is to run as an ES module. */
  readonly esm: boolean;
  /** Whether a promise will do. */
  readonly canWait: boolean;
}

export interface Transformer {
  /** Whether files that no transform matches lose their types. */
  readonly stripsTypes: boolean;
  /**
   * What stands in `file` now, ready to run. Who cannot wait gets a promise only where the transform works in no other way.
   * @throws what the project's transform throws
   */
  transform(file: string, wish: TransformWish): TransformResult | Promise<TransformResult>;
}

type Options = Parameters<ScriptTransformer['transform']>[1];
type CoverageOptions = Pick<Options, 'collectCoverage' | 'collectCoverageFrom' | 'coverageProvider' | 'globalRootDir'>;

/** Takes well under a millisecond where Jest has loaded the project's transforms before. */
export async function createTransformer({ projectConfig, globalConfig }: JestConfigs): Promise<Transformer> {
  // Jest's memory of what stood in the files: for the transforms, some of which look things up in it.
  const texts = new Map<string, string>();
  const transformer = await requireTransform(projectConfig).createScriptTransformer(projectConfig, texts);
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
  return {
    stripsTypes: canStripTypes(transformer),
    transform(file, { esm, canWait }) {
      const options = { ...callerOptions(esm), ...coverage };
      // A server that loads a file again, or anew, gets what stands there now: Jest itself forgets its modules and their texts together.
      texts.delete(file);
      if (transformsSync(transformer, file, esm && canWait)) return toResult(transformer.transform(file, options));
      return transformer.transformAsync(file, options).then(toResult);
    },
  };
}

/** What Jest tells a transform about the code that it wants; part of the key of the shared cache. */
function callerOptions(esm: boolean): Options {
  return {
    isInternalModule: false,
    supportsDynamicImport: esm || runsEsm(),
    supportsExportNamespaceFrom: esm,
    supportsStaticESM: esm,
    supportsTopLevelAwait: esm,
  } as Options;
}

/**
 * Whether Jest itself would not wait for the file's transform, where that `mayWait`. Jest says so from 30.4 on; before, its transformer is looked
 * into. It waited for each ES module then, and a transform may do more if waited for: ts-jest throws type errors in an ES module only then.
 */
function transformsSync(transformer: ScriptTransformer, file: string, mayWait: boolean): boolean {
  const { canTransformSync: ask, _getTransformer: find } = transformer as unknown as TransformerInternals;
  if (ask !== undefined) return ask.call(transformer, file);
  const found = find?.call(transformer, file)?.transformer;
  if (found === undefined || !transformer.shouldTransform(file)) return true;
  return typeof found.process === 'function' && !(mayWait && typeof found.processAsync === 'function');
}

interface TransformerInternals {
  readonly canTransformSync?: (file: string) => boolean;
  readonly _getTransformer?: (
    file: string,
  ) => { readonly transformer?: { readonly process?: unknown; readonly processAsync?: unknown } } | null;
}
