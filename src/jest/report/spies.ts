/**
 * On what a test has spied by `jest.spyOn()`, and what it has replaced by `jest.replaceProperty()`, so that a failing one is not told of what others
 * did. Jest's realm.
 */
import { hideOwnFrames } from '../../errors/frames';

/** Of Jest's mocker, what is used here: its methods become those of the test's object `jest`. */
interface Mocker {
  spyOn: unknown;
  replaceProperty: unknown;
}

type Replace = (object: object, key: PropertyKey, third?: unknown) => unknown;

interface Spied {
  readonly object: object;
  readonly key: PropertyKey;
  /** What is in its place: the spy, or the property's value. */
  readonly double: unknown;
}

export class Spies {
  /** By tests before the running one, or outside tests. */
  #earlier: readonly Spied[] = [];
  #since: Spied[] = [];

  /** Hears from now on of what is spied on by `mocker`. */
  constructor(mocker: Mocker) {
    mocker.spyOn = this.#heard(mocker.spyOn as Replace, (_, spy) => spy);
    mocker.replaceProperty = this.#heard(mocker.replaceProperty as Replace, ([, , value]) => value);
  }

  /** A new test begins. */
  forget(): void {
    this.#earlier = this.#all();
    this.#since = [];
  }

  /** Whether the running test has replaced a method or property of this name, or runs with such a double in its place. */
  has(name: string): boolean {
    return this.#all().some(({ key }) => key === name);
  }

  #heard(replace: Replace, doubleOf: (args: Parameters<Replace>, returned: unknown) => unknown): Replace {
    return new Proxy(replace, {
      apply: (replace, owner, args: Parameters<Replace>) => {
        const returned: unknown = asUsersCall(() => Reflect.apply(replace, owner, args));
        const [object, key] = args;
        this.#since.push({ object, key, double: doubleOf(args, returned) });
        return returned;
      },
    });
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
function isInPlace({ object, key, double }: Spied): boolean {
  try {
    const found = Object.getOwnPropertyDescriptor(object, key);
    return found !== undefined && [found.value, found.get, found.set].includes(double);
  } catch {
    return false;
  }
}
