/**
 * Says of a crash that nobody would hear of otherwise. Test side.
 */
import { inspect } from 'node:util';
import { surroundings, type TrackedController } from './surroundings';

/** On stderr, unless somebody listens for crashes, or an environment fails a test for it. Its clients only see their connections break. */
export function sayUnheard({ name, madeAt, crashHandled }: TrackedController, error: unknown): void {
  if (crashHandled || surroundings() !== undefined) return;
  const maker = madeAt === null ? '' : `, made at ${madeAt},`;
  process.stderr.write(`jest-controller: ${name}${maker} has crashed, and nobody listens to its event \`crashed\`:\n${inspect(error)}\n`);
}
