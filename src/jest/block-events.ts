/**
 * The few facts of jest-circus that the environment uses, narrowed from its events. Jest's realm. Types and guards only.
 */
import type { Circus } from '@jest/types';

/** A describe block; the file itself is the root one. */
export type Block = Circus.DescribeBlock;
export type Test = Circus.TestEntry;
export type TestEvent = Circus.Event;
export type TestState = Circus.State;

/** What was thrown, of an entry of `test.errors`: Jest keeps some with a stand-in for those that are no errors. */
export function thrownBy(entry: unknown): unknown {
  return Array.isArray(entry) ? ((entry[0] as unknown) ?? entry[1]) : entry;
}

/** `describe > describe > test`, without the root. */
export function fullName(test: Test): string {
  const names = [test.name as string];
  for (let block: Block | undefined = test.parent; block?.parent !== undefined; block = block.parent) names.unshift(block.name);
  return names.join(' ');
}

/** The test that runs. Jest 29 leaves one that it has passed over in its place, while hooks of the next block run. */
export function runningTest(state: TestState | undefined): Test | undefined {
  const test = state?.currentlyRunningTest ?? undefined;
  return test?.status === 'skip' || test?.status === 'todo' ? undefined : test;
}

/** The tests of `block`, at any depth, that run side by side. */
export function concurrentTestsIn(block: Block): Test[] {
  return block.children.flatMap((child) => {
    if (child.type === 'describeBlock') return concurrentTestsIn(child);
    return child.concurrent ? [child] : [];
  });
}

/** Whether `test` is inside `block`, at any depth. */
export function isInside(test: Test, block: Block): boolean {
  for (let ancestor: Block | undefined = test.parent; ancestor !== undefined; ancestor = ancestor.parent) {
    if (ancestor === block) return true;
  }
  return false;
}
