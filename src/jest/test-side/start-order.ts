/**
 * Starts controllers side by side, each as soon as those are there whose facts it asks for. Test side, in a Jest test.
 */
import { UsageError } from '../../errors/errors';

/** One of several that start together. */
export interface Starter {
  readonly name: string;
  /** Prepares it with the ones that have started; reading one that has not throws, and it is called again later. */
  prepare(started: Readonly<Record<string, unknown>>): void;
  start(): Promise<unknown>;
  /** What the others may read once it has started. */
  readonly started: unknown;
}

/** Thrown out of `prepare` when it reads one that has not started. */
class NotYet {
  constructor(readonly name: string) {}
}

/**
 * Resolves when all have started; rejects with the first failure, when all others have settled.
 * @throws {UsageError} for a name that is not among them, and for those that wait for each other
 */
export async function startInOrder(starters: readonly Starter[]): Promise<void> {
  const done = new Map<string, Promise<unknown>>();
  const up = new Set<string>();
  const waitsFor = new Map<string, string>();
  const startOne = async (starter: Starter): Promise<void> => {
    for (;;) {
      const missing = prepare(starter, starters, up);
      if (missing === undefined) break;
      waitsFor.set(starter.name, missing);
      refuseCycle(starter.name, waitsFor);
      await done.get(missing);
    }
    waitsFor.delete(starter.name);
    await starter.start();
    up.add(starter.name);
  };
  // In a later turn, so that each finds the promises of all.
  for (const starter of starters)
    done.set(
      starter.name,
      Promise.resolve().then(() => startOne(starter)),
    );
  const outcomes = await Promise.allSettled(done.values());
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function prepare(starter: Starter, starters: readonly Starter[], up: ReadonlySet<string>): string | undefined {
  const started = new Proxy<Record<string, unknown>>(
    {},
    {
      get(_target, name) {
        if (typeof name === 'symbol') return undefined;
        const other = starters.find((candidate) => candidate.name === name);
        if (other === undefined) throw unknownName(name, starter.name, starters);
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- a signal, caught below
        if (!up.has(name)) throw new NotYet(name);
        return other.started;
      },
    },
  );
  try {
    starter.prepare(started);
    return undefined;
  } catch (error) {
    if (error instanceof NotYet) return error.name;
    throw error;
  }
}

function unknownName(name: string, reader: string, starters: readonly Starter[]): UsageError {
  const others = starters.map((starter) => starter.name).filter((other) => other !== reader);
  const instead = others.length === 0 ? '' : `, or use one of the others: ${others.join(', ')}`;
  return new UsageError(
    `An option of ${reader} asks for '${name}', which is not among the controllers that start together. Add it${instead}.`,
  );
}

function refuseCycle(from: string, waitsFor: ReadonlyMap<string, string>): void {
  const path = [from];
  for (let next = waitsFor.get(from); next !== undefined; next = waitsFor.get(next)) {
    path.push(next);
    if (next === from) {
      throw new UsageError(
        `The options of these controllers wait for each other: ${path.join(' → ')}. Let one of them start without the other.`,
      );
    }
  }
}
