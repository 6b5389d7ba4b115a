/**
 * The loop of a controller that a whole Jest run shares: a process that the first test file starts and all others find. Test side.
 */
import { createHash } from 'node:crypto';
import process from 'node:process';
import { deserialize, serialize } from 'node:v8';
import type { Controller } from '../../controller/controller';
import { SETTINGS, TARGET } from '../../controller/internals';
import { surroundings } from '../../controller/surroundings';
import { brand } from '../../errors/brand';
import { UsageError } from '../../errors/errors';
import type { HostHandle } from '../../loop/handle';
import { Loop, type LoopSettings } from '../../loop/loop';
import { inheritedFlags } from '../../loop/process-loop';
import { classNameOf } from '../../protocol/class-name';
import { encode } from '../../protocol/values';
import { jestRun } from './jest-run';
import { meetingPlace } from './meeting-place';
import { openRelay } from './open-relay';

export class RunLoop extends Loop {
  readonly kind = 'process';
  #controller: Controller<unknown> | undefined;

  /** Names the one controller of this loop: what it is made of decides with which other test files it is shared. */
  serve(controller: Controller<unknown>): void {
    this.#controller = controller;
  }

  protected open({ boot, preload }: LoopSettings): HostHandle {
    const controller = this.#controller;
    if (controller === undefined)
      throw new UsageError(
        "The loop of a controller of `scope: 'run'` serves that one only. Make a ThreadLoop or a ProcessLoop for others.",
      );
    const { loader } = boot;
    if (loader.kind === 'jest' && loader.standIn === null) {
      throw new UsageError(
        "`scope: 'run'` loads the server in a process of its own, to which this Jest configuration cannot be sent: it holds functions. " +
          'Replace them (in `transform` options, say) by paths of modules, or use another scope.',
      );
    }
    const run = jestRun();
    const name = classNameOf(controller.constructor);
    return openRelay({
      task: { run, place: meetingPlace(run, keyOf(controller, boot)) },
      greeting: { testPath: surroundings()?.testPath ?? 'a test file', name, preload },
      env: boot.env,
      execArgv: inheritedFlags(process.execArgv),
    });
  }
}

brand(RunLoop, 'RunLoop', ['Loop']);

/** The same for controllers that are one: same code, same options, same project. */
export function keyOf(controller: Controller<unknown>, { loader, mocks }: LoopSettings['boot']): string {
  const { file, export: exported, className, form } = controller[TARGET]();
  const { hostname, port, path, readyTimeout, loadTimeout, stopTimeout, onServerError, preload, data, env } = controller[SETTINGS];
  const standIn = loader.kind === 'jest' ? loader.standIn : null;
  const project = standIn === null ? '' : projectOf(standIn.config);
  const target = [project, file, exported, className, form, mocks];
  const options = [hostname, port, path, readyTimeout, loadTimeout, stopTimeout, onServerError, preload];
  const bytes = serialize([
    ...target,
    ...options,
    encode(data, undefined, 'data'),
    env === undefined ? undefined : Object.entries(env).sort(),
  ]);
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}

function projectOf(config: Uint8Array): unknown {
  return (deserialize(config) as { projectConfig?: { id?: unknown } }).projectConfig?.id;
}
