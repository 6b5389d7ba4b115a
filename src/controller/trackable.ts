/**
 * A controller as its surroundings see it. Test side.
 */
import { madeAt } from './source/call-site';
import type { Conversation } from './conversation/conversation';
import { judgeOwnStop } from './leaks';
import type { Settings } from './options/options';
import type { StopReport } from './report/stop-report';
import type { TrackedController } from './surroundings';

interface Trackable {
  /** What it gives is known only where its class does not override it. */
  stop(): unknown;
}

/** What is known of it by other ways than its members, which its class may have by the same names. */
interface Known {
  readonly name: string;
  readonly settings: Settings;
  readonly conversation: Conversation;
  readonly life: () => Pick<TrackedController, 'state' | 'error' | 'startError' | 'port'>;
  readonly stop: () => Promise<StopReport>;
}

export function trackable(controller: Trackable, { name, settings, conversation, life, stop }: Known): TrackedController {
  const { questions } = conversation;
  const tracked: TrackedController = {
    name,
    madeAt: madeAt(controller) ?? null,
    logMode: settings.logs,
    leaks: settings.leaks,
    onServerError: settings.onServerError,
    get state() {
      return life().state;
    },
    get error() {
      return life().error;
    },
    get startError() {
      return life().startError;
    },
    get port() {
      return life().port;
    },
    get awaited() {
      return life().state === 'starting' ? conversation.awaited : undefined;
    },
    get logs() {
      return conversation.output;
    },
    get crashHandled() {
      return conversation.crashHandled;
    },
    stop: () => stopWhole(controller, tracked, stop),
    flush: () => questions.flush(),
    idle: (timeout) => conversation.waits.untilIdle({ timeout }),
    inFlight: () => questions.inFlight(),
    review: (since) => questions.review(since),
    loaded: (files) => questions.loaded(files),
    waits: (since) => conversation.waitedFor(since),
    endWaits: () => {
      conversation.waits.end();
    },
    takeServerError: () => conversation.takeServerError(),
    diedIn: (test) => {
      conversation.diedIn(test);
    },
  };
  return tracked;
}

/**
 * By a stop() of the class's own, where it has one. If that was meant for something else, or fails, it leaves the server running, and nobody
 * would stop it after this.
 */
async function stopWhole(controller: Trackable, tracked: TrackedController, stop: Known['stop']): Promise<StopReport | undefined> {
  try {
    const report = await controller.stop();
    if (isReport(report)) return report;
  } catch (error) {
    if (isAlive(tracked)) await stop();
    throw error;
  }
  if (!isAlive(tracked)) return undefined;
  const { state } = tracked;
  const report = await stop();
  if (state !== 'stopping') judgeOwnStop(tracked);
  return report;
}

function isAlive({ state }: TrackedController): boolean {
  return state === 'starting' || state === 'running' || state === 'stopping';
}

function isReport(value: unknown): value is StopReport {
  return typeof value === 'object' && value !== null && 'rung' in value && 'cut' in value;
}
