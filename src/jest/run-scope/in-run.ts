/**
 * Makes controllers of the run scope. Test side.
 */
import type { Controller } from '../../controller/controller';
import { InvalidOptionError } from '../../errors/errors';
import type { Loop } from '../../loop/loop';
import { RunLoop } from './run-loop';

export { makeModuleController } from '../../controller/module-controller';

/** A controller that `make` puts on the loop which it shares with its like in all test files. */
export function inRun(make: (loop: Loop) => Controller<unknown>, { loop: given }: { readonly loop?: unknown }): Controller<unknown> {
  if (given !== undefined) {
    throw new InvalidOptionError('loop', "Expected no `loop` beside `scope: 'run'`, whose servers each have a process of their own.");
  }
  const loop = new RunLoop();
  const controller = make(loop);
  loop.serve(controller);
  return controller;
}
