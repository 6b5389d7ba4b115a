/**
 * Hooks `import`: in this thread where Node can (22.15 and later), else through Node's hooks thread. Server side.
 */
import * as nodeModule from 'node:module';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { JestLoaderSettings } from '../../protocol/loader';
import { EsmRules } from './esm-rules';
import type { Foreground } from './foreground';
import type { JestCode } from './jest-code';
import type { Resolution } from './resolution';

export interface EsmHookOptions {
  readonly mocks: Readonly<Record<string, string>>;
  readonly doorway: string;
  readonly resolution: Resolution;
  /** Jest's part; without it only the resolution has a say. */
  readonly jest?: JestEsm | undefined;
}

export interface JestEsm {
  readonly settings: JestLoaderSettings;
  readonly wake: Int32Array;
  readonly foreground: Foreground;
  readonly code: JestCode;
}

/** What the hooks thread is given. */
export interface HooksThreadData {
  readonly mocks: Readonly<Record<string, string>>;
  readonly doorway: string;
  readonly jest: JestHooksData | undefined;
}

export interface JestHooksData {
  readonly settings: JestLoaderSettings;
  readonly wake: Int32Array;
  readonly questions: MessagePort;
  /** Tells the host's thread what ran, for coverage. */
  readonly results: MessagePort;
}

interface HookContext {
  readonly parentURL?: string | undefined;
  readonly conditions?: readonly string[];
  readonly importAttributes?: Readonly<Record<string, string>>;
  readonly format?: string | null | undefined;
}

interface Resolved {
  readonly url: string;
  readonly format?: string | null | undefined;
  readonly shortCircuit?: boolean;
}

interface Loaded {
  readonly format: string;
  readonly source?: unknown;
  readonly shortCircuit?: boolean;
}

interface SyncHooks {
  resolve(specifier: string, context: HookContext, next: (specifier: string, context: HookContext) => Resolved): Resolved;
  load(url: string, context: HookContext, next: (url: string, context: HookContext) => Loaded): Loaded;
}

/** Newer than the Node whose types these are. */
type RegisterHooks = (hooks: SyncHooks) => unknown;

export function hookEsm(options: EsmHookOptions): void {
  const registerHooks = (nodeModule as { registerHooks?: RegisterHooks }).registerHooks;
  if (registerHooks === undefined) registerThread(options);
  else registerHooks(syncHooks(new EsmRules(options.resolution, options.jest?.code)));
}

function syncHooks(rules: EsmRules): SyncHooks {
  return {
    resolve(specifier, context, next) {
      // `require` comes by here too, and has been seen to before.
      if (isRequire(context)) return next(specifier, context);
      const url = rules.before(specifier, context.parentURL);
      if (url !== undefined) return { url, shortCircuit: true };
      try {
        const resolved = next(specifier, context);
        const replaced = rules.after(resolved.url, context.parentURL);
        return replaced === resolved.url ? resolved : { url: replaced, shortCircuit: true };
      } catch (error) {
        const found = rules.afterFailure(specifier, context.parentURL);
        if (found === undefined) throw error;
        return { url: found, shortCircuit: true };
      }
    },
    load(url, context, next) {
      if (isRequire(context)) return next(url, context);
      const loaded = rules.load(url, context.importAttributes?.['type'] === 'json');
      if (loaded.kind === 'source') return { format: 'module', source: loaded.source, shortCircuit: true };
      return next(url, loaded.format === undefined ? context : { ...context, format: loaded.format });
    },
  };
}

function isRequire({ conditions }: HookContext): boolean {
  return conditions?.includes('require') === true && !conditions.includes('import');
}

function registerThread({ mocks, doorway, jest }: EsmHookOptions): void {
  const hooks = jest === undefined ? undefined : connectHooksThread(jest);
  const data: HooksThreadData = { mocks, doorway, jest: hooks };
  nodeModule.register(pathToFileURL(path.join(__dirname, 'esm-hooks-thread.js')).href, {
    data,
    transferList: hooks === undefined ? [] : [hooks.questions, hooks.results],
  });
}

function connectHooksThread({ settings, wake, foreground, code }: JestEsm): JestHooksData {
  const questions = new MessageChannel();
  const results = new MessageChannel();
  foreground.connect(questions.port1);
  results.port1.on('message', ([file, result]: Parameters<typeof code.results.set>) => {
    code.results.set(file, result);
  });
  results.port1.unref();
  return { settings, wake, questions: questions.port2, results: results.port2 };
}
