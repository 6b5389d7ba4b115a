/**
 * What failing tests were told that is told once. A test that is tried again has lost it with its errors, and so it is told anew. Jest's realm.
 */
import { isInside, type Test, type TestEvent } from '../block-events';

export class ToldOnce<Item> {
  readonly #told = new Map<Test, readonly Item[]>();

  add(test: Test, items: readonly Item[]): void {
    if (items.length > 0) this.#told.set(test, [...(this.#told.get(test) ?? []), ...items]);
  }

  /** Gives what the tests were told whose errors Jest drops at this event, and forgets that they were. */
  lostBy(event: TestEvent): Item[] {
    const tests = [...this.#told.keys()].filter((test) => isTriedAgain(test, event));
    const items = tests.flatMap((test) => this.#told.get(test) ?? []);
    for (const test of tests) this.#told.delete(test);
    return items;
  }
}

function isTriedAgain(test: Test, event: TestEvent): boolean {
  switch (event.name) {
    case 'test_retry':
      return event.test === test;
    case 'describe_retry':
      return isInside(test, event.describeBlock);
    default:
      return false;
  }
}
