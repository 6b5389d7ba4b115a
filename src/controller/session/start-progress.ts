/**
 * How far a start has come: its phases, what each took, and what its limit was put off by. Test side.
 */
import type { StartPhase } from '../../errors/errors';
import type { Link } from '../../loop/link';
import type { ModuleTarget } from '../../protocol/messages';
import { now } from '../../time/clock';
import { CompileAllowance } from './compile-allowance';

/** Milliseconds. */
export interface StartLimits {
  readonly readyTimeout: number;
  readonly loadTimeout: number;
}

/** What a message tells of it. */
export type StartFacts = Pick<
  StartProgress,
  'name' | 'form' | 'kept' | 'phase' | 'loading' | 'elapsed' | 'limits' | 'compiling' | 'busyShare' | 'occupiedShare'
>;

export class StartProgress {
  readonly name: string;
  readonly form: ModuleTarget['form'];
  readonly limits: StartLimits;
  readonly allowance: CompileAllowance;
  readonly #busyTime: (() => number) | undefined;
  readonly #compileTime: () => number;
  readonly #kept: () => boolean;
  readonly #ended: Partial<Record<StartPhase, number>> = {};
  #phase: StartPhase = 'boot';
  #since = now();
  #busyBefore = 0;
  #compiledBefore = 0;

  constructor({ name, form }: Pick<StartFacts, 'name' | 'form'>, limits: StartLimits, link: Link) {
    this.name = name;
    this.form = form;
    this.limits = limits;
    this.#compileTime = () => link.compileTime;
    this.#kept = () => link.kept;
    this.allowance = new CompileAllowance(this.#compileTime);
    this.#busyTime = link.handle.busyTime;
  }

  get phase(): StartPhase {
    return this.#phase;
  }

  /** Whether its module is not there yet: `loadTimeout` counts. */
  get loading(): boolean {
    return this.#phase === 'boot' || this.#phase === 'load';
  }

  /** Whether its loop lives on without it, and so loads modules once. */
  get kept(): boolean {
    return this.#kept();
  }

  /** Milliseconds of each phase so far. */
  get elapsed(): Readonly<Partial<Record<StartPhase, number>>> {
    return { ...this.#ended, [this.#phase]: now() - this.#since };
  }

  /** Milliseconds of compiling by which `readyTimeout` was put off. */
  get compiling(): number {
    return this.allowance.taken;
  }

  /** The share of the present phase, 0 to 1, in which the loop was busy, and not with waiting for code; undefined where nobody can tell. */
  get busyShare(): number | undefined {
    if (this.#busyTime === undefined) return undefined;
    return (this.#busyTime() - this.#busyBefore - this.compiling) / (now() - this.#since - this.compiling);
  }

  /**
   * The share of the present phase in which the loop was busy, or code was compiled for it; undefined where nobody can tell. Above 1 where it was
   * busy with waiting for that code.
   */
  get occupiedShare(): number | undefined {
    if (this.#busyTime === undefined) return undefined;
    return (this.#busyTime() - this.#busyBefore + this.#compileTime() - this.#compiledBefore) / (now() - this.#since);
  }

  enter(phase: StartPhase): void {
    const { elapsed } = this;
    Object.assign(this.#ended, elapsed);
    // All compiling together gets `loadTimeout`.
    if (phase === 'factory') this.allowance.begin(Math.max(0, this.limits.loadTimeout - (elapsed.boot ?? 0) - (elapsed.load ?? 0)));
    this.#phase = phase;
    this.#since = now();
    this.#busyBefore = this.#busyTime?.() ?? 0;
    this.#compiledBefore = this.#compileTime();
  }
}
