/**
 * A controller as its surroundings see it. Test side.
 */
import { madeAt } from './call-site';
import type { Conversation } from './conversation';
import type { Settings } from './options';
import type { StopReport } from './stop-report';
import type { TrackedController } from './surroundings';

interface Trackable {
  readonly state: TrackedController['state'];
  readonly error: unknown;
  stop(): Promise<StopReport | undefined>;
}

export function trackable(
  controller: Trackable,
  { name, settings, conversation }: { readonly name: string; readonly settings: Settings; readonly conversation: Conversation },
): TrackedController {
  const { questions } = conversation;
  return {
    name,
    madeAt: madeAt(controller) ?? null,
    logMode: settings.logs,
    leaks: settings.leaks,
    onServerError: settings.onServerError,
    get state() {
      return controller.state;
    },
    get error() {
      return controller.error;
    },
    get awaited() {
      return controller.state === 'starting' ? conversation.awaited : undefined;
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
    takeServerError: () => conversation.takeServerError(),
    diedIn: (test) => {
      conversation.diedIn(test);
    },
  };
}
