/**
 * `Controller` as the user's class finds it beside the server: the same name, the server's half of the members. Server side.
 *
 * The class is loaded twice. Here it only holds what `factory()` and its methods use; starting and stopping happen on the test side.
 */
import { EventEmitter } from 'node:events';
import { brand } from '../errors/brand';
import { UsageError } from '../errors/errors';
import { classNameOf } from '../protocol/class-name';
import type { ListenTarget, ReadyFacts } from '../protocol/messages';

/** What kind of background this is, and its number among those of its kind. */
export interface HostIdentity {
  readonly kind: 'thread' | 'process';
  readonly number: number;
}

/** What the host gives a controller that it makes. */
export interface HostContext {
  readonly listen: ListenTarget;
  readonly data: unknown;
  readonly readyTimeout: number;
  readonly loadTimeout: number;
  readonly stopTimeout: number;
  readonly loop: HostIdentity & { readonly running: true };
  readonly signal: AbortSignal;
  emit(event: string, args: readonly unknown[]): void;
  requestStop(): Promise<void>;
}

/** Event names that are the test side's own. */
const RESERVED_EVENTS: ReadonlySet<string | symbol> = new Set(['ready', 'stopped', 'crashed', 'log']);

/** What each emitter tells of its listeners, which are functions of this side. */
const OF_LISTENERS: ReadonlySet<string> = new Set(['newListener', 'removeListener']);

let context: HostContext | undefined;

/** Makes an instance of `Class` with `given` in effect, whatever its constructor passes on. */
export function construct(Class: new (...args: unknown[]) => Controller, given: HostContext): Controller {
  const { listen, data, readyTimeout, loadTimeout, stopTimeout } = given;
  const options = { data, readyTimeout, loadTimeout, stopTimeout, ...(listen.path === undefined ? {} : { path: listen.path }) };
  context = given;
  try {
    const { hostname, port } = listen.path === undefined ? listen : { hostname: undefined, port: undefined };
    return new Class(hostname, port, options);
  } finally {
    context = undefined;
  }
}

export abstract class Controller extends EventEmitter {
  readonly #context: HostContext;
  #facts: ReadyFacts | undefined;
  #server: unknown = null;

  constructor() {
    super();
    const given = context;
    // It is for one: a controller that this one makes, in a field, is another.
    context = undefined;
    if (given === undefined) {
      throw new UsageError(
        `${classNameOf(new.target)} was constructed on the server side, beside a running server. Make controllers on the test side, ` +
          `and give a server that needs another one its address as \`data\`. Where one file both defines the class and starts it, ` +
          `move the class to a module of its own.`,
      );
    }
    this.#context = given;
  }

  abstract factory(): unknown;

  get hostname(): string | undefined {
    return this.#context.listen.hostname;
  }

  get port(): number {
    const address = this.#facts?.address;
    return typeof address === 'object' && address !== null ? address.port : this.#context.listen.port;
  }

  get address(): ReadyFacts['address'] {
    return this.#facts?.address ?? null;
  }

  get url(): string | null {
    return this.#facts?.url ?? null;
  }

  get data(): unknown {
    return this.#context.data;
  }

  get readyTimeout(): number {
    return this.#context.readyTimeout;
  }

  get loadTimeout(): number {
    return this.#context.loadTimeout;
  }

  get stopTimeout(): number {
    return this.#context.stopTimeout;
  }

  get loop(): HostContext['loop'] {
    return this.#context.loop;
  }

  get signal(): AbortSignal {
    return this.#context.signal;
  }

  get server(): unknown {
    return this.#server;
  }

  /** Sends the event to the test side, and to listeners on this side. */
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (RESERVED_EVENTS.has(event)) {
      throw new UsageError(`The event name "${String(event)}" is the test side's own: choose another for this.emit().`);
    }
    if (typeof event === 'string' && !OF_LISTENERS.has(event)) this.#context.emit(event, args);
    // Node's own count: a class may have a method by that name for its clients.
    return super.listenerCount(event) > 0 && super.emit(event, ...args);
  }

  /** Asks the test side to stop this controller; resolves when it has been asked. */
  stop(): Promise<void> {
    return this.#context.requestStop();
  }

  /** @internal Called by the host when the server listens. */
  static adopt(controller: Controller, server: unknown, facts: ReadyFacts): void {
    controller.#server = server;
    controller.#facts = facts;
  }
}

for (const name of ['start', 'restart', 'startSync', 'stopSync', 'waitFor', 'waitForLog', 'idle']) {
  Object.defineProperty(Controller.prototype, name, {
    value() {
      throw new UsageError(
        `${name}() belongs to the test side: this code runs beside the server. Call it in the test, on the controller there.`,
      );
    },
    configurable: true,
    writable: true,
  });
}

brand(Controller, 'Controller');
