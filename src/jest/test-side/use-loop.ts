/**
 * `useLoop`: an event loop that stays for a file or describe block, whatever starts and stops on it. Test side, in a Jest test.
 */
import { hasBrand } from '../../errors/brand';
import { unexpected } from '../../errors/unexpected';
import { END_GRACE } from '../../loop/ending';
import { KEEP, type Loop } from '../../loop/loop';
import { ThreadLoop } from '../../loop/thread-loop';
import { requireHooks } from './hooks';
import { SLACK } from './scopes';

/**
 * Keeps an event loop for the file or describe block where it is called: from the first controller that starts on it until after the last
 * test, instead of until its last controller stops. Its modules are loaded once, and servers that are started for each test share their state.
 *
 * A crash ends it as it ends any loop; the next start makes a fresh one. What is still running on it after the block keeps it.
 * @param loop the loop to keep; default a new `ThreadLoop`
 * @returns that loop, for the option `loop`
 * @throws {@link UsageError} inside a test or hook
 * @throws {@link InvalidOptionError} for what is no loop
 * @category Jest
 * @example
 * const loop = useLoop();
 * const api = useController(ApiController, { loop, scope: 'test' });
 */
export function useLoop<L extends Loop = ThreadLoop>(loop: L = new ThreadLoop() as Loop as L): L {
  if (!hasBrand(loop, 'Loop')) throw unexpected('loop', 'a ThreadLoop or a ProcessLoop', loop);
  const { beforeAll, afterAll } = requireHooks('useLoop');
  let letGo: (() => Promise<void>) | undefined;
  beforeAll(() => {
    letGo = loop[KEEP]();
  }, SLACK);
  afterAll(() => letGo?.(), END_GRACE + SLACK);
  return loop;
}
