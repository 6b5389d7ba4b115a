/**
 * What the servers were at when a test ran into Jest's time limit, of which Jest knows nothing. Jest's realm.
 */
import type { TrackedController } from '../../controller/surroundings';
import { linesSince, listLines } from '../../protocol/noted';
import { thrownBy, type Test } from '../block-events';
import { answeredWithin } from '../../time/answered';

/** Whether a test or a hook of it has taken too long: jest-circus says so by a text in the place of an error. */
export function hasTimedOut(test: Test): boolean {
  return test.errors.some((entry: unknown) => {
    const thrown = thrownBy(entry);
    return typeof thrown === 'string' && thrown.startsWith('Exceeded timeout');
  });
}

/**
 * What of a server explains it, as lines: a start that goes on, requests without an answer, or none from the server itself within `limit`
 * milliseconds. Requests that came before `since` (epoch ms) are told apart: earlier tests have left them, or hooks of the block sent them.
 */
export async function whatHangs(controller: TrackedController, { since, limit }: { since: number; limit: number }): Promise<string[]> {
  const { name, state, awaited } = controller;
  if (awaited !== undefined) return [`${name} was still starting: ${awaited}`];
  if (state !== 'running') return [];
  const inFlight = await answeredWithin(limit, controller.inFlight());
  if (inFlight === undefined) {
    return [
      `${name} did not respond within ${limit.toString()} ms, as when its event loop is blocked: look for an endless loop or a long computation.`,
    ];
  }
  const earlier = inFlight.filter(({ time }) => time < since).map(({ line }) => line);
  return [
    ...listed(`${name} had not answered`, linesSince(inFlight, since)),
    ...listed(`${name} had not answered requests from before this test`, earlier),
  ];
}

function listed(head: string, requests: readonly string[]): string[] {
  return requests.length === 0 ? [] : [`${head}: ${listLines(requests)}`];
}
