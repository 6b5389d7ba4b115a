/**
 * Hooks of `import` for a Node without synchronous ones: runs in Node's hooks thread, one to a host. Server side.
 *
 * It asks the foreground on a port of its own and waits synchronously: an asynchronous wait here has been seen to end the host silently
 * while a module waits at its top level.
 */
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import { EsmRules } from './esm-rules';
import type { HooksThreadData, JestHooksData } from './esm';
import { Foreground } from './foreground';
import { Policy } from './policy';
import { lookInModuleDirectories, Resolution, tryExtensions } from './resolution';
import { withSourceMap } from './source-text';

/** Far from the numbers of the host's own thread, which shares a way to the foreground. */
const FIRST_REQUEST = 1_000_000_000;

let rules: EsmRules | undefined;

export const initialize: InitializeHook<HooksThreadData> = ({ mocks, doorway, jest }) => {
  if (jest === undefined) rules = new EsmRules(new Resolution(doorway, mocks, undefined), undefined);
  else rules = jestRules(doorway, mocks, jest);
};

function jestRules(doorway: string, mocks: HooksThreadData['mocks'], { settings, wake, questions, results }: JestHooksData): EsmRules {
  const policy = new Policy(settings);
  const foreground = new Foreground({ port: questions, wake, standIn: settings.standIn, firstRequest: FIRST_REQUEST });
  tryExtensions(settings.moduleFileExtensions);
  lookInModuleDirectories(settings.moduleDirectories, settings.modulePaths);
  return new EsmRules(new Resolution(doorway, mocks, { policy, foreground }), {
    policy,
    transform(file, esm) {
      const result = foreground.transform(file, esm);
      if (result.originalCode !== null) results.postMessage([file, result]);
      return withSourceMap(result);
    },
  });
}

export const resolve: ResolveHook = async (specifier, context, next) => {
  const url = rules?.before(specifier, context.parentURL);
  if (url !== undefined) return { url, shortCircuit: true };
  try {
    const resolved = await next(specifier, context);
    const replaced = rules?.after(resolved.url, context.parentURL) ?? resolved.url;
    return replaced === resolved.url ? resolved : { url: replaced, shortCircuit: true };
  } catch (error) {
    const found = rules?.afterFailure(specifier, context.parentURL);
    if (found === undefined) throw error;
    return { url: found, shortCircuit: true };
  }
};

export const load: LoadHook = async (url, context, next) => {
  const loaded = rules?.load(url, context.importAttributes['type'] === 'json');
  if (loaded?.kind === 'source') return { format: 'module', source: loaded.source, shortCircuit: true };
  return next(url, loaded?.format === undefined ? context : { ...context, format: loaded.format });
};
