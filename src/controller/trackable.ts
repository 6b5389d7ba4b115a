/**
 * A controller as its surroundings see it. Test side.
 */
import { madeAt } from './call-site';
import type { Conversation } from './conversation';
import type { Settings } from './options';
import type { StopReport } from './stop-report';
import type { TrackedController } from './surroundings';

interface Trackable {
  stop(): Promise<StopReport | undefined>;
}

/** What is known of it by other ways than its members, which its class may have by the same names. */
interface Known {
  readonly name: string;
  readonly settings: Settings;
  readonly conversation: Conversation;
  readonly life: () => Pick<TrackedController, 'state' | 'error'>;
}

export function trackable(controller: Trackable, { name, settings, conversation, life }: Known): TrackedController {
  const { questions } = conversation;
  return {
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
    get awaited() {
      return life().state === 'starting' ? conversation.awaited : undefined;
    },
    get logs() {
      return conversation.output;
    },
    get crashHandled() {
      return conversation.crashHandled;
    },
    stop: () => controller.stop(),
    flush: () => questions.flush(),
    idle: (timeout) => conversation.idle({ timeout }),
    inFlight: () => questions.inFlight(),
    review: (since) => questions.review(since),
    loaded: (files) => questions.loaded(files),
    waits: (since) => conversation.waits(since),
    endWaits: () => {
      conversation.endWaits();
    },
    takeServerError: () => conversation.takeServerError(),
    diedIn: (test) => {
      conversation.diedIn(test);
    },
  };
}
