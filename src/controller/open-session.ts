/**
 * Puts a controller on its loop: what the loop is to be, what the host is told. Test side.
 */
import { ATTACH, type Loop } from '../loop/loop';
import type { ModuleTarget } from '../protocol/messages';
import { encodeData } from './options/late-options';
import { resolveMocks } from './options/mocks';
import type { Settings } from './options/options';
import { preload } from './options/preload';
import { Session, type SessionOwner } from './session/session';
import { surroundings } from './surroundings';

export interface SessionRequest {
  readonly target: ModuleTarget;
  readonly settings: Settings;
  readonly loop: Loop;
  /** Takes the place of the configured port. */
  readonly port: number | undefined;
  readonly owner: SessionOwner;
}

/** @throws what prevents it: an option that differs from the running loop's, a module to preload or to mock that is not there */
export function openSession({ target, settings, loop, port, owner }: SessionRequest): Session {
  const around = surroundings();
  // Once more: it may have changed since it was checked.
  const data = encodeData(settings.data);
  for (const specifier of settings.preload) preload(specifier, target.file);
  const link = loop[ATTACH]({
    boot: {
      type: 'boot',
      env: definedOnly(settings.env ?? process.env),
      loader: around?.loader ?? { kind: 'node' },
      mocks: resolveMocks(settings.mocks),
      stackTraceLimit: Error.stackTraceLimit,
    },
    preload: settings.preload,
    chosen: { env: settings.env !== undefined, preload: settings.preload.length > 0 },
    openThread: around === undefined ? undefined : (resourceLimits) => around.openThread(resourceLimits),
    connectLoader: around === undefined ? undefined : (handle) => around.connectLoader(handle),
    onCoverage:
      around === undefined
        ? undefined
        : (coverage) => {
            around.coverage(coverage);
          },
  });
  const { readyTimeout, loadTimeout, stopTimeout, hostname, path: socketPath, given } = settings;
  return new Session(
    link,
    {
      type: 'start',
      id: link.newId(),
      target,
      listen: { hostname, port: port ?? settings.port, path: socketPath, given },
      options: { readyTimeout, loadTimeout, stopTimeout },
      data,
      watchErrors: settings.onServerError === 'fail-test',
    },
    owner,
  );
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
