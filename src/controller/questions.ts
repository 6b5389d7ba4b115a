/**
 * What the test side asks the host of a running server, each question with one answer. Test side.
 */
import type { ControllerId, FromHost, ToHost } from '../protocol/messages';
import type { Session } from './session';
import type { ServerReview } from './surroundings';

/** The answers, which carry the number of their question. */
export type Answer = Extract<FromHost, { readonly token: number }>;

export class Questions {
  readonly #waiting = new Map<number, (answer: Answer | undefined) => void>();
  #session: Pick<Session, 'id' | 'link'> | undefined;
  #lastToken = 0;

  open(session: Session): void {
    this.#session = session;
  }

  /** The session is over: whoever still waits gets no answer. */
  close(): void {
    this.#session = undefined;
    for (const settle of this.#waiting.values()) settle(undefined);
    this.#waiting.clear();
  }

  receive(answer: Answer): void {
    this.#waiting.get(answer.token)?.(answer);
  }

  /** Resolves when everything that the server side has said until now has arrived; at once where nothing runs. */
  async flush(): Promise<void> {
    await this.#ask((id, token) => ({ type: 'flush', id, token }));
  }

  /** The requests in flight, asked for again and again until there are none, or until `timeout` milliseconds have passed. */
  async inFlight(timeout = 0): Promise<readonly string[]> {
    const answer = await this.#ask((id, token) => ({ type: 'idle', id, token, timeout }));
    return answer?.type === 'idled' ? answer.inFlight : [];
  }

  /** How the server has fared since `since`, in epoch milliseconds; undefined where nothing runs. */
  async review(since: number): Promise<ServerReview | undefined> {
    const answer = await this.#ask((id, token) => ({ type: 'review', id, token, since }));
    return answer?.type === 'reviewed' ? answer : undefined;
  }

  /** Which of these files the server side has loaded by `require`. */
  async loaded(files: readonly string[]): Promise<readonly string[]> {
    const answer = await this.#ask((id, token) => ({ type: 'lookUp', id, token, files }));
    return answer?.type === 'loaded' ? answer.files : [];
  }

  /** Undefined where nothing runs, or ceases to before the answer comes. */
  async #ask(question: (id: ControllerId, token: number) => ToHost): Promise<Answer | undefined> {
    if (this.#session === undefined) return undefined;
    const { id, link } = this.#session;
    this.#lastToken += 1;
    const token = this.#lastToken;
    return new Promise((resolve) => {
      link.hold();
      this.#waiting.set(token, (answer) => {
        this.#waiting.delete(token);
        link.release();
        resolve(answer);
      });
      link.post(question(id, token));
    });
  }
}
