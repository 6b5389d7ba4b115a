/**
 * One promise for all who wait for the same thing. Test side; pure.
 */

type Begin<T> = (resolve: (value: T) => void, reject: (error: unknown) => void) => void;

/** Holds the promise of something that is under way, from its begin until the very moment when it is settled. */
export class SharedPromise<T> {
  #pending: Promise<T> | undefined;
  #turn = 0;

  /** What is under way; undefined before and after. */
  get pending(): Promise<T> | undefined {
    return this.#pending;
  }

  /** Begins it, or joins what is under way. `begin` may settle at once. */
  join(begin: Begin<T>): Promise<T> {
    if (this.#pending !== undefined) return this.#pending;
    this.#turn += 1;
    const turn = this.#turn;
    let settled = false;
    const over = (): void => {
      settled = true;
      if (turn === this.#turn) this.#pending = undefined;
    };
    const promise = new Promise<T>((resolve, reject) => {
      begin(
        (value) => {
          over();
          resolve(value);
        },
        (error) => {
          over();
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the server's own error, whatever it is
          reject(error);
        },
      );
    });
    if (!settled) this.#pending = promise;
    return promise;
  }

  /** Whoever comes from now on begins anew; those who wait go on waiting. */
  forget(): void {
    this.#turn += 1;
    this.#pending = undefined;
  }
}
