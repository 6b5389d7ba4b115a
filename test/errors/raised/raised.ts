/**
 * A situation in which the package raises an error, and what the error's text must name.
 */
export interface Raised {
  /** When it is raised. */
  readonly when: string;
  /** Where, as the text must say: the controller's name, the file, the option, the member. */
  readonly names: readonly string[];
  /** Gives, throws or rejects with the error. */
  raise(): unknown;
}

/** What `raise` gives, throws or rejects with. */
export async function errorOf({ raise }: Pick<Raised, 'raise'>): Promise<unknown> {
  try {
    return await raise();
  } catch (error) {
    return error;
  }
}

/** What a function throws, kept for later: some may be called at the top of a test file only. */
export function thrownBy(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
