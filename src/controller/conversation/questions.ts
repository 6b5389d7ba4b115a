/**
 * What the test side asks the host of a running server, each question with one answer. Test side.
 */
import type { ControllerId, FromHost, ToHost } from '../../protocol/messages';
import { linesSince, type Noted } from '../../protocol/noted';
import { answeredWithin } from '../../time/answered';
import type { Session } from '../session/session';
import type { ServerReview } from '../surroundings';

/** Milliseconds that a server gets beyond the limit of a question to answer it: this machine may be busy, too. */
const ANSWER_GRACE = 1000;

/** Stands for the answer where nothing runs, or ceases to before it comes. */
const OVER = { type: 'over' } as const;

/** The answers, which carry the number of their question. */
export type Answer = Extract<FromHost, { readonly token: number }>;

type Reply = Answer | typeof OVER;

type LastWords = Pick<Extract<FromHost, { readonly type: 'fared' }>, 'failed' | 'sent' | 'handled'>;

const NOTHING_NEW: ServerReview = { closed: false, fakeClock: false, failed: [], sent: [], handled: [] };

/** Of all servers of a controller that have ended, what is kept of each kind. */
const MOST_KEPT = 10;

export class Questions {
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #session: Pick<Session, 'id' | 'link'> | undefined;
  #lastToken = 0;
  /** What earlier servers of this controller said last. */
  #lastWords: LastWords = { failed: [], sent: [], handled: [] };

  open(session: Session): void {
    this.#session = session;
  }

  /** The session is over: whoever still waits gets no answer. */
  close(): void {
    this.#session = undefined;
    for (const settle of this.#waiting.values()) settle(OVER);
    this.#waiting.clear();
  }

  receive(answer: Answer): void {
    this.#waiting.get(answer.token)?.(answer);
  }

  /** Resolves when everything that the server side has said until now has arrived; at once where nothing runs. */
  async flush(): Promise<void> {
    await this.#ask((id, token) => ({ type: 'flush', id, token }));
  }

  /**
   * The requests in flight, asked for again and again until there are none, or until `timeout` milliseconds have passed; undefined where the
   * server has not answered `grace` milliseconds later, since its event loop is blocked.
   */
  async inFlight(timeout = 0, grace = ANSWER_GRACE): Promise<readonly Noted[] | undefined> {
    const reply = await this.#ask((id, token) => ({ type: 'idle', id, token, timeout }), timeout + grace);
    if (reply === undefined) return undefined;
    return reply.type === 'idled' ? reply.inFlight : [];
  }

  /** Keeps what a server says before it ends. */
  keep({ failed, sent, handled }: LastWords): void {
    const before = this.#lastWords;
    this.#lastWords = {
      failed: latest(before.failed, failed),
      sent: latest(before.sent, sent),
      handled: latest(before.handled, handled),
    };
  }

  /** How the server has fared since `since`, in epoch milliseconds, and those before it that have ended since. */
  async review(since: number): Promise<ServerReview> {
    const answer = await this.#ask((id, token) => ({ type: 'review', id, token, since }));
    const { closed, fakeClock, failed, sent, handled } = answer?.type === 'reviewed' ? answer : NOTHING_NEW;
    const before = this.#lastWords;
    // What a loop has sent, and the errors that it has survived, are told by each server of it.
    return {
      closed,
      fakeClock,
      failed: [...linesSince(before.failed, since), ...failed],
      sent: [...new Set([...linesSince(before.sent, since), ...sent])],
      handled: [...new Set([...linesSince(before.handled, since), ...handled])],
    };
  }

  /** Which of these files the server side has loaded as they are. */
  async loaded(files: readonly string[]): Promise<readonly string[]> {
    const answer = await this.#ask((id, token) => ({ type: 'lookUp', id, token, files }));
    return answer?.type === 'loaded' ? answer.files : [];
  }

  /** `OVER` where nothing runs, or ceases to before the answer comes; undefined when `limit` milliseconds have passed before. */
  async #ask(question: (id: ControllerId, token: number) => ToHost, limit?: number): Promise<Reply | undefined> {
    if (this.#session === undefined) return OVER;
    const { id, link } = this.#session;
    this.#lastToken += 1;
    const token = this.#lastToken;
    const reply = new Promise<Reply>((resolve) => this.#waiting.set(token, resolve));
    link.hold();
    try {
      link.post(question(id, token));
      return await (limit === undefined ? reply : answeredWithin(limit, reply));
    } finally {
      this.#waiting.delete(token);
      link.release();
    }
  }
}

function latest(earlier: readonly Noted[], later: readonly Noted[]): readonly Noted[] {
  return [...earlier, ...later].slice(-MOST_KEPT);
}
