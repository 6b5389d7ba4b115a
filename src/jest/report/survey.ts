/**
 * What can be asked of servers only while they run, kept for the report of a failing test: its hooks may stop them before that. Jest's realm.
 */
import type { TrackedController } from '../../controller/surroundings';
import { ANSWER_LIMIT } from '../both-realms/answer-limit';
import type { ReplacedRequests } from './replaced-requests';
import { howItFared, type Fared } from './server-review';
import type { TestMocks } from './test-mocks';
import { whatHangs } from './time-limit';

interface Question {
  /** Epoch milliseconds. */
  readonly since: number;
  /** Whether the test ran out of time. */
  readonly late: boolean;
  readonly replaced: Pick<ReplacedRequests, 'find'> | undefined;
  readonly mocks: Pick<TestMocks, 'unreached'> | undefined;
}

/** Of one server, as lines. */
interface Answer {
  readonly running: boolean;
  readonly hanging: readonly string[];
  readonly fared: Fared;
  readonly unreached: readonly string[];
}

export class Survey {
  readonly #answers = new Map<TrackedController, Answer>();

  /** Those that ran when they were asked, by the real clock, and have not died since. */
  get inRealTime(): readonly TrackedController[] {
    return this.#known.filter(([, { running, fared }]) => running && !fared.fakeClock).map(([controller]) => controller);
  }

  /** What else a server that has crashed said before is no matter: its error says it. */
  get #known(): readonly [TrackedController, Answer][] {
    return [...this.#answers].filter(([{ state }]) => state !== 'crashed');
  }

  /** Those that have not been asked while they ran. */
  unasked(controllers: readonly TrackedController[]): readonly TrackedController[] {
    return controllers.filter((controller) => this.#answers.get(controller)?.running !== true);
  }

  /**
   * Asks those that run, start or have ended, and keeps their latest answers. One that does not answer is not waited for any longer
   * than `ANSWER_LIMIT`.
   */
  async ask(controllers: readonly TrackedController[], { since, late, replaced, mocks }: Question): Promise<void> {
    const limit = ANSWER_LIMIT;
    const asked = controllers.filter(({ state }) => ['running', 'starting', 'stopped', 'crashed'].includes(state));
    await Promise.all(
      asked.map(async (controller) => {
        const running = controller.state === 'running';
        const [hanging, fared, unreached] = await Promise.all([
          late ? whatHangs(controller, { since, limit }) : [],
          howItFared(controller, { since, limit, replaced }),
          mocks?.unreached(controller, limit) ?? [],
        ]);
        this.#answers.set(controller, { running, hanging, fared, unreached });
      }),
    );
  }

  /** All of one kind stand together. */
  lines(): readonly string[] {
    const answers = this.#known.map(([, answer]) => answer);
    // Of those that have crashed, too: it may be what they died of.
    const pastDoubles = [...this.#answers.values()].flatMap(({ fared }) => fared.pastDoubles);
    return [
      ...answers.flatMap(({ hanging }) => hanging),
      ...answers.flatMap(({ fared }) => fared.lines),
      // What to change in the test is the same for all servers of one name.
      ...new Set([...pastDoubles, ...answers.flatMap(({ unreached }) => unreached)]),
    ];
  }
}
