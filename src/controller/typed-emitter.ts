/**
 * An event emitter whose events have types. Both sides by type, the test side by code.
 */
import { EventEmitter } from 'node:events';
import { types } from 'node:util';
import { hideOwnFrames } from '../errors/frames';
import { unexpected } from '../errors/unexpected';
import { epochNow, throwUncaught } from '../time/clock';
import type { LogLine } from './report/log-book';
import type { StopReport } from './report/stop-report';
import { surroundings } from './surroundings';

/**
 * The controller's own events on the test side, and what they carry: `controller.on('crashed', (error) => …)`. What the server side emits
 * by `this.emit(name, …)` arrives at the same listeners; these four names are taken.
 * @category Controller
 */
export interface OwnEvents {
  /** The server listens. */
  readonly ready: [];
  /** The server is closed. */
  readonly stopped: [report: StopReport];
  /** The server died by itself; with what. Who listens deals with it: the environment then fails no test for it. */
  readonly crashed: [error: unknown];
  /** The server wrote a line. */
  readonly log: [line: LogLine];
}

/**
 * Events of a controller that declares none: any name, any arguments.
 * @category Controller
 */
export type AnyEvents = Record<string, unknown[]>;

/** Where the types of a class's events are; there is no such property at run time. */
declare const EVENTS: unique symbol;

/** The events of a controller class, as it declares them. */
export type EventsOf<C> = C extends { readonly [EVENTS]?: infer Events }
  ? unknown extends Events
    ? AnyEvents
    : NonNullable<Events>
  : AnyEvents;

/**
 * `unknown` where no events are declared. An interface has no index signature and so is not assignable to `AnyEvents`: a class that declares
 * its events by one would not be assignable to a plain `Controller`.
 */
type Declared<Events> = string extends keyof Events ? unknown : Events;

/** Without declared events every string is a name; with them, only those and the controller's own. */
export type EventName<Events> = keyof OwnEvents | (keyof Events & string);

export type EventArguments<Events, Name> = Name extends keyof OwnEvents
  ? OwnEvents[Name]
  : Name extends keyof Events
    ? Events[Name] extends readonly unknown[]
      ? Events[Name]
      : never
    : never;

/** `Args` are the listener's own parameters: where no events are declared they are believed, and `unknown` where it says no types. */
export type EventListener<Events, Name, Args extends unknown[]> = Name extends keyof OwnEvents
  ? (...args: OwnEvents[Name]) => void
  : string extends keyof Events
    ? (...args: Args) => void
    : (...args: EventArguments<Events, Name>) => void;

type NodeListener = (...args: unknown[]) => void;

/** When a listener was added that is to be called once, in epoch milliseconds. */
const addedAt = new WeakMap<NodeListener, number>();

const ONCE = "a function (to await an event, use `once(controller, 'name')` of node:events)";

export class TypedEmitter<Events> extends EventEmitter {
  /** Carries the events' types; there is nothing at run time. @hidden */
  declare readonly [EVENTS]?: Declared<Events>;

  /** Hears an event: one of the controller's own (see {@link ControllerEvents}), or what the server side emits. */
  override on<Name extends EventName<Events>, Args extends unknown[]>(name: Name, listener: EventListener<Events, Name, Args>): this {
    return super.on(name, listener as NodeListener);
  }

  /** Hears an event once. */
  override once<Name extends EventName<Events>, Args extends unknown[]>(name: Name, listener: EventListener<Events, Name, Args>): this {
    // TypeScript knows; in JavaScript it is easily taken for the other one, which gives a promise.
    if (typeof listener !== 'function') throw unexpected('listener', ONCE, listener);
    addedAt.set(listener as NodeListener, epochNow());
    return super.once(name, listener as NodeListener);
  }

  /** Hears an event no more. */
  override off<Name extends EventName<Events>, Args extends unknown[]>(name: Name, listener: EventListener<Events, Name, Args>): this {
    return super.off(name, listener as NodeListener);
  }

  /**
   * As Node's, but an `error` event that nobody hears does not throw. On the server side, `this.emit()` reaches the listeners of both sides;
   * the arguments cross as copies.
   */
  override emit<Name extends EventName<Events>>(name: Name, ...args: EventArguments<Events, Name>): boolean {
    return isHeard(this, name) && super.emit(name, ...args);
  }
}

/**
 * Tells the listeners of `emitter` by Node's own methods, since a class may have others by their names that work on the server side only.
 * What a listener of the user's throws is uncaught, and interrupts nothing of ours.
 */
export function tell(emitter: EventEmitter, name: string, args: readonly unknown[]): void {
  if (!isHeard(emitter, name)) return;
  try {
    EventEmitter.prototype.emit.call(emitter, name, ...args);
  } catch (error) {
    if (types.isNativeError(error)) hideOwnFrames(error);
    const around = surroundings();
    if (around?.throwUncaught === undefined) throwUncaught(error);
    else around.throwUncaught(error);
  }
}

/** Whether anybody listens, by Node's own count. */
export function isHeard(emitter: EventEmitter, name: string): boolean {
  return EventEmitter.prototype.listenerCount.call(emitter, name) > 0;
}

/** The events that somebody has begun to wait for since `since` (epoch ms), as by Node's `once(emitter, name)`, and that have not come. */
export function awaitedEvents(emitter: EventEmitter, since: number): string[] {
  const { eventNames, rawListeners } = EventEmitter.prototype;
  const isAwaited = (name: string): boolean =>
    // Node's once() listens for an error, too.
    name !== 'error' && rawListeners.call(emitter, name).some((raw) => isYoung((raw as { listener?: NodeListener }).listener, since));
  return eventNames.call(emitter).filter((name) => typeof name === 'string' && isAwaited(name)) as string[];
}

/** Whether that is the listener of a wrapper that is called once, and was added since `since`. */
function isYoung(listener: NodeListener | undefined, since: number): boolean {
  return listener !== undefined && (addedAt.get(listener) ?? 0) >= since;
}
