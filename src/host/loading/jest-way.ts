/**
 * Loads modules as the project's Jest does. Server side.
 */
import type { Channels } from '../../protocol/channels';
import type { JestLoaderSettings } from '../../protocol/loader';
import type { HostCoverage } from '../../protocol/messages';
import { hookExtensions, hookPackages, hookResolution } from './commonjs';
import { Foreground } from './foreground';
import { importModule } from './import-module';
import { JestCode } from './jest-code';
import type { ModuleCache } from './module-cache';
import type { LoadingWay } from './module-loader';
import { hasSyncHooks } from './node-internals';
import { Policy } from './policy';
import { lookInModuleDirectories, Resolution, tryExtensions } from './resolution';
import { showSourceFrames } from './source-frames';

export interface JestWayOptions {
  readonly settings: JestLoaderSettings;
  readonly channels: Channels;
  readonly mocks: Readonly<Record<string, string>>;
  readonly doorway: string;
  readonly cache: ModuleCache | undefined;
}

export function installJestWay({ settings, channels, mocks, doorway, cache }: JestWayOptions): LoadingWay {
  const policy = new Policy(settings);
  const foreground = new Foreground({ port: channels.loader, wake: channels.wake, standIn: settings.standIn });
  const resolution = new Resolution(doorway, mocks, { policy, foreground });

  setGlobals(settings.globals);
  showSourceFrames((file) => policy.changes(file));
  let importsHooked = false;
  const hookImports = (): void => {
    if (importsHooked) return;
    importsHooked = true;
    const { hookEsm } = require('./esm') as typeof import('./esm');
    hookEsm({ mocks, doorway, resolution, jest: { settings, wake: channels.wake, foreground, code } });
  };
  const code = new JestCode(policy, foreground, hookImports);
  const coverage = startCoverage(settings, code);

  tryExtensions(settings.moduleFileExtensions);
  lookInModuleDirectories(settings.moduleDirectories, settings.modulePaths);
  // What packages import by themselves may be what is to be replaced. Hooks that need a thread wait for code that may import.
  const hookForMocks = resolution.hasMocks ? hookImports : undefined;
  if (cache !== undefined) hookPackages(cache, hookForMocks);
  if (cache === undefined || hasSyncHooks) hookForMocks?.();
  hookExtensions(code, settings.moduleFileExtensions);
  hookResolution(resolution, cache);

  return {
    async load(file) {
      const isImported = code.isImported(file);
      if (policy.esm || isImported) hookImports();
      return isImported ? await importModule(file) : (require(file) as unknown);
    },
    coverage,
  };
}

/** What Node has under a name stays: the server side is a Node as it is. */
function setGlobals(globals: JestLoaderSettings['globals']): void {
  for (const [name, value] of Object.entries(globals)) {
    if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true, enumerable: true, writable: true });
  }
}

function startCoverage({ coverage }: JestLoaderSettings, code: JestCode): () => HostCoverage | undefined {
  if (coverage === 'none') return () => undefined;
  const { leaveForInspector, recordBabel, recordV8 } = require('./coverage') as typeof import('./coverage');
  return leaveForInspector(coverage === 'babel' ? recordBabel() : recordV8(code));
}
