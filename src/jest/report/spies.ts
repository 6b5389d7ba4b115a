/**
 * On what a test has spied by `jest.spyOn()`, so that a failing one is not told of the spies of others. Jest's realm.
 */
import { hideOwnFrames } from '../../errors/frames';

/** Of Jest's mocker, what is used here: its `spyOn` becomes that of the test's object `jest`. */
interface Mocker {
  spyOn: unknown;
}

type SpyOn = (object: object, method: PropertyKey, ...accessType: unknown[]) => unknown;

interface Spied {
  readonly object: object;
  readonly method: PropertyKey;
  readonly spy: unknown;
}

export class Spies {
  /** By tests before the running one, or outside tests. */
  #earlier: readonly Spied[] = [];
  #since: Spied[] = [];

  /** Hears from now on of what is spied on by `mocker`. */
  constructor(mocker: Mocker) {
    mocker.spyOn = new Proxy(mocker.spyOn as SpyOn, {
      apply: (spyOn, owner, args) => this.#spied(spyOn, owner, args as Parameters<SpyOn>),
    });
  }

  /** A new test begins. */
  forget(): void {
    this.#earlier = this.#all();
    this.#since = [];
  }

  /** Whether the running test has spied on a method of this name, or runs with such a spy in its place. */
  has(method: string): boolean {
    return this.#all().some((spied) => spied.method === method);
  }

  #spied(spyOn: SpyOn, owner: unknown, args: Parameters<SpyOn>): unknown {
    const [object, method] = args;
    const spy = asUsersCall(() => Reflect.apply(spyOn, owner, args));
    this.#since.push({ object, method, spy });
    return spy;
  }

  #all(): Spied[] {
    return [...this.#earlier.filter(isInPlace), ...this.#since];
  }
}

/** What Jest refuses shows the user's line, not the one here. */
function asUsersCall<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (error instanceof Error) hideOwnFrames(error);
    throw error;
  }
}

/** A getter or setter may be spied on, too. What the object has to say of it is the user's code where it is a proxy. */
function isInPlace({ object, method, spy }: Spied): boolean {
  try {
    const found = Object.getOwnPropertyDescriptor(object, method);
    return found !== undefined && [found.value, found.get, found.set].includes(spy);
  } catch {
    return false;
  }
}
