/**
 * Why a controller is not there: what its start ran into, what it died of. Test side.
 */
import { ReadyTimeoutError, ServerCrashedError, StoppedError, type StartPhase } from '../../errors/errors';
import type { LinkEnd } from '../../loop/link-member';
import { formatMs } from '../../time/clock';
import type { StartFacts } from './start-progress';

const PHASES: Readonly<Record<StartPhase, string>> = {
  boot: 'its thread or process had not booted',
  load: 'its module had not finished loading',
  factory: 'factory() had not returned a server',
  listen: 'its server had not emitted "listening"',
};

/** Of a module that is used as it is there is a factory() only where it exports a class. */
const CALLED_EXPORT = 'the function that its module exports, or the factory() of the class, had not returned a server';

/** From this share of its time on, an event loop has hardly come to wait for anything; below the other, it has done little else. */
const BUSY = 0.9;
const IDLE = 0.5;

/** What its event loop did meanwhile: one that computes is to be looked for elsewhere than one that waits. */
function whatItDid({ phase, loading, busyShare = NaN, occupiedShare = NaN }: StartFacts): string {
  // `require` waits for code only, and `import` for hardly more than that, but at such an `await`.
  if (phase === 'load' && occupiedShare < IDLE) return ' (its event loop was waiting, as at a top-level `await`)';
  if (loading) return '';
  if (busyShare > BUSY) return ' (its event loop was busy or blocked all the time)';
  if (phase === 'listen') return '';
  return busyShare < IDLE ? ' (its promise stays pending)' : ' (it does not end, or its promise stays pending)';
}

/** What a start waits for, in words. */
function awaitedIn(progress: StartFacts): string {
  const { phase, form } = progress;
  const awaited = phase === 'factory' && form === 'module' ? CALLED_EXPORT : PHASES[phase];
  return awaited + whatItDid(progress);
}

/** The same of a start that the test itself has no more time for, in sentences: its own limits have not passed, so they are no remedy. */
export function stillAwaitedIn(progress: StartFacts): string {
  const awaited = `${awaitedIn(progress)}.`;
  if (!progress.loading) return awaited;
  const loop = progress.kept ? '' : ' Where each test starts one, useLoop() loads the modules once.';
  return `${awaited} Give the test or hook that starts it a longer time limit.${loop}`;
}

const LOOK_FOR_SENDER = 'Look for what sends it: a process.kill(), a shell, or the system when memory is short.';

/** The limit of the present phase has passed. */
export function timeoutError(progress: StartFacts): ReadyTimeoutError {
  const { name, phase, elapsed, limits, loading, compiling } = progress;
  const limit = loading ? limits.loadTimeout : limits.readyTimeout;
  const times = Object.entries(elapsed).map(([step, ms]) => `${step} ${formatMs(ms)}`);
  const beside = compiling > 0 ? `, beside ${formatMs(compiling)} for compiling what it loaded meanwhile` : '';
  const remedy = loading
    ? 'If it needs longer, raise the option `loadTimeout`.'
    : 'If it needs longer, raise the option `readyTimeout` or the environment variable JEST_CONTROLLER_READY_TIMEOUT.';
  return new ReadyTimeoutError(
    `${name} was not ready in time: ${awaitedIn(progress)} after ${formatMs(limit)}${beside} (${times.join(', ')}). ${remedy}`,
    { phase, limit, elapsed },
  );
}

/** It ended before it was ready: the uncaught error itself, else a description of its exit. */
export function startEndError(end: LinkEnd, { name, phase }: StartFacts): unknown {
  if (end.culprit !== undefined || end.threw) return endError(name, end);
  if (typeof end.signal === 'string') {
    return new ServerCrashedError(
      `${name} was ended by the signal ${end.signal} before it was ready, in phase ${phase}. ${LOOK_FOR_SENDER}`,
    );
  }
  if (end.code === null)
    return new StoppedError(
      `${name} was ended with its loop before it was ready. Await its start() before the loop's other controllers are stopped.`,
    );
  return exitError(
    `${name} exited with code ${end.code.toString()} before it was ready, in phase ${phase}`,
    phase === 'boot' ? LOOK_AT_FLAGS : lookForExit('its module or factory()'),
    end,
  );
}

/** By then nothing of the user's had run, but for what Node itself is told to load. */
const LOOK_AT_FLAGS = 'Correct what Node was started with: NODE_OPTIONS, or `execArgv` of a ProcessLoop.';

/** Of one that a timer or an event calls no frames are left but Node's. */
function lookForExit(where: string): string {
  return `Look for process.exit() in ${where} and in packages, also where it is only handed on, as in setTimeout(process.exit, 1000).`;
}

/** With the stack of who called `process.exit()`, where that is known: it is the line to look at. */
function exitError(what: string, toLookFor: string, { code, exitedAt, handled }: LinkEnd): ServerCrashedError {
  const known = exitedAt !== undefined;
  const found = [
    ...(known ? ['process.exit() was called where the stack below begins.'] : []),
    ...(handled === undefined ? [] : ['A handler of its own had been given an error shortly before, most likely why: see the cause.']),
  ].join(' ');
  const error = new ServerCrashedError(`${what}. ${found || toLookFor}`, { exitCode: code, ...(handled && { cause: handled.error }) });
  if (known) error.stack = `${error.name}: ${error.message}\n${exitedAt}`;
  return error;
}

/** What a controller died of: the uncaught error itself, else a description of its exit. */
export function endError(name: string, end: LinkEnd): unknown {
  if (end.culprit !== undefined) {
    const [culprit, remedy] = end.culprit === name ? [`another ${name}`, 'each of them'] : [end.culprit, end.culprit];
    return new ServerCrashedError(
      `${name} went down with its loop, which had to be ended by force because ${culprit} did not stop. Give ${remedy} a loop of its own.`,
      { exitCode: end.code },
    );
  }
  if (end.threw) {
    return outOfMemory(end.error)
      ? new ServerCrashedError(
          `${name} ran out of memory. Raise its limit (\`resourceLimits\` of its ThreadLoop, \`execArgv\` of its ProcessLoop), or look for a leak.`,
          {
            cause: end.error,
            exitCode: end.code,
          },
        )
      : end.error;
  }
  if (typeof end.signal === 'string') {
    return new ServerCrashedError(`${name} was ended by the signal ${end.signal} while it was running. ${LOOK_FOR_SENDER}`, {
      exitCode: null,
    });
  }
  return exitError(`${name} exited with code ${String(end.code)} while it was running`, lookForExit("the server's code"), end);
}

/** Whether it ended without a chance to say anything. */
export function wasKilled({ signal, error }: LinkEnd): boolean {
  return typeof signal === 'string' || outOfMemory(error);
}

function outOfMemory(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
}
