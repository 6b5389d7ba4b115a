/**
 * Answers what the module loaders of hosts ask for, with the project's own transformer. Jest's outer realm, and the stand-in's thread.
 */
import { createRequire } from 'node:module';
import * as path from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import type { LoaderConnection } from '../../loop/handle';
import type { JestLoaderSettings } from '../../protocol/loader';
import { Connection, type Answer } from './connection';
import { createProjectResolver, type ProjectResolver } from './resolver';
import { loaderSettings, rememberPlainOptions, withoutDocblockOptions, type JestConfigs } from './settings';
import { createTransformer, type Transformer } from './transformer';

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
  /** What Jest runs in place of a CommonJS file; undefined where that must be waited for. @throws the transform's own error */
  codeOf(file: string): string | undefined;
  /** The configurations that it answers by: the project's without what the test file's docblock has put into it. */
  readonly configs: JestConfigs;
}

/** Takes well under a millisecond where Jest has loaded the project's transforms before. */
export async function createLoaderService(options: LoaderServiceOptions): Promise<LoaderService> {
  const projectConfig = withoutDocblockOptions(options.projectConfig, options.docblockPragmas);
  if (projectConfig === options.projectConfig) rememberPlainOptions(projectConfig);
  const configs: JestConfigs = { projectConfig, globalConfig: options.globalConfig };
  const transformer = await createTransformer(configs);
  const settings = loaderSettings(configs, transformer.stripsTypes);
  const resolver = createProjectResolver(projectConfig);
  const { resolve } = resolver;
  const answer = createAnswer(transformer, resolver);
  return {
    settings,
    configs,
    serve: (port, wake) => new Connection(port, wake, { answer, canStandIn: settings.standIn !== null }),
    resolve: (from, specifier) => resolve(from, specifier, false),
    codeOf(file) {
      const result = transformer.transform(file, { esm: false, canWait: false });
      return result instanceof Promise ? undefined : result.code;
    },
    resolveEach: (from, specifier) => [...new Set([resolve(from, specifier, false), ...otherBuilds(resolve, from, specifier)])],
  };
}

/** What each kind of importer gets of a package; none that has nothing for it. */
function otherBuilds(resolve: ProjectResolver['resolve'], from: string, specifier: string): string[] {
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

function createAnswer(transformer: Transformer, resolver: ProjectResolver): Answer {
  return (question, canWait) => {
    if (question.type === 'transform') return transformer.transform(question.file, { esm: question.esm, canWait });
    const file = resolver.resolveInTime(question.from, question.specifier, question.esm);
    return typeof file === 'string' ? { file } : file.then((file) => ({ file }));
  };
}
