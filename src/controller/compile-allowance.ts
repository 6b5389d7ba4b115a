/**
 * What compiling takes of the time in which a server is to be ready, given back: it is not the server's fault. Test side.
 */
export class CompileAllowance {
  readonly #compileTime: () => number;
  #before = 0;
  #most = 0;
  #taken = 0;

  /** `compileTime` counts the milliseconds of compiling up. */
  constructor(compileTime: () => number) {
    this.#compileTime = compileTime;
  }

  /** Compiling from now on counts, up to `most` milliseconds. */
  begin(most: number): void {
    this.#before = this.#compileTime();
    this.#most = most;
  }

  /** Milliseconds that have not been given back yet. */
  get owed(): number {
    return Math.min(this.#compileTime() - this.#before, this.#most) - this.#taken;
  }

  /** Milliseconds that have been given back. */
  get taken(): number {
    return this.#taken;
  }

  /** Gives back what is owed. */
  take(): number {
    const { owed } = this;
    this.#taken += owed;
    return owed;
  }
}
