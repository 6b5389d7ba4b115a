/**
 * How far the limit of a start is put off, for the time that compiling has taken: that is not the server's fault. Test side.
 */
export class CompileAllowance {
  readonly #compileTime: () => number;
  #before = 0;
  #most = 0;
  #taken = 0;

  /** `compileTime` gives the milliseconds of compiling so far. */
  constructor(compileTime: () => number) {
    this.#compileTime = compileTime;
  }

  /** Compiling from now on counts, up to `most` milliseconds. */
  begin(most: number): void {
    this.#before = this.#compileTime();
    this.#most = most;
  }

  /** Milliseconds of compiling by which the limit has not been put off yet. */
  get owed(): number {
    return Math.min(this.#compileTime() - this.#before, this.#most) - this.#taken;
  }

  /** Milliseconds by which it has been put off. */
  get taken(): number {
    return this.#taken;
  }

  /** Puts it off by what is owed. @returns that, in milliseconds */
  take(): number {
    const { owed } = this;
    this.#taken += owed;
    return owed;
  }
}
