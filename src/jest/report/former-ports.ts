/**
 * Which server had listened on a port that refuses a failing test's client: it was stopped, and may listen on another by now. Jest's realm.
 */
import type { TrackedController } from '../../controller/surroundings';
import { thrownBy, type Test } from '../block-events';

/** As Node words it; libraries that put an error of their own around that mostly repeat it. */
const REFUSED = /\bECONNREFUSED [^\s,]*:(\d+)\b/g;

/** How far down in causes, and in those of an attempt at several addresses, it is looked for. */
const DEPTH = 5;

const LEFT_BEHIND = 'end the clients of a test before it is over.';

export class FormerPorts {
  /** The last that has listened on each. */
  readonly #servers = new Map<number, TrackedController>();

  /** A server has come to another state. */
  changed(controller: TrackedController): void {
    if (typeof controller.port === 'number') this.#servers.set(controller.port, controller);
  }

  /** A line for each such port that the errors of a test name. What has died says so itself. */
  linesFor(test: Test): readonly string[] {
    const refused = new Set(test.errors.flatMap((entry: unknown) => refusedIn(thrownBy(entry), DEPTH)));
    return [...refused].flatMap((port) => {
      const controller = this.#servers.get(port);
      return controller === undefined || controller.port === port || controller.state === 'crashed' ? [] : [lineOf(controller, port)];
    });
  }
}

function lineOf({ name, port: present }: TrackedController, port: number): string {
  const lacks = `${name} no longer listens on port ${port.toString()}`;
  return present === undefined
    ? `${lacks}: it was stopped. Ask it before that, and ${LEFT_BEHIND}`
    : `${lacks}, but on ${present.toString()}. Read its \`url\` in each test, and ${LEFT_BEHIND}`;
}

function refusedIn(error: unknown, depth: number): readonly number[] {
  if (typeof error !== 'object' || error === null || depth === 0) return [];
  const { message, cause, errors } = error as { readonly message?: unknown; readonly cause?: unknown; readonly errors?: unknown };
  const named = typeof message === 'string' ? [...message.matchAll(REFUSED)].map(([, port]) => Number(port)) : [];
  const inner: readonly unknown[] = Array.isArray(errors) ? [cause, ...(errors as unknown[])] : [cause];
  return [...named, ...inner.flatMap((each) => refusedIn(each, depth - 1))];
}
