/**
 * Says of a crash that nobody would hear of otherwise. Test side.
 */
import { inspect } from 'node:util';
import type { TrackedController } from './surroundings';

/** On stderr, unless somebody listens for crashes. Without an environment no test fails for it, and its clients only see their connections break. */
export function sayUnheard({ name, madeAt, crashHandled }: TrackedController, error: unknown): void {
  if (crashHandled) return;
  const maker = madeAt === null ? '' : `, made at ${madeAt},`;
  process.stderr.write(`jest-controller: ${name}${maker} has crashed, and nobody listens to its event \`crashed\`:\n${inspect(error)}\n`);
}
