/**
 * The types of what `useController` gives: the test side of a controller and nothing of the idle twin. Types only.
 */
import type { EventEmitter } from 'node:events';
import type { Controller } from '../../controller/controller';
import type { EventsOf } from '../../controller/typed-emitter';
import type { Remote, RemoteSync } from '../../remote/types';
import type { Truthy } from '../../remote/wait-for';

type TestSideMember =
  | 'hostname'
  | 'port'
  | 'state'
  | 'error'
  | 'loop'
  | 'data'
  | 'readyTimeout'
  | 'loadTimeout'
  | 'stopTimeout'
  | 'logs'
  | 'stop'
  | 'stopSync'
  | 'waitForLog'
  | 'idle'
  | keyof EventEmitter;

/** What `factory()` of a controller gives. */
type ServerOf<C> = C extends { factory(): infer Made } ? Awaited<Made> : object;

/**
 * A controller as a test uses it, given by `useController`: the test side of `Controller`. Beside what is listed here it has `hostname`,
 * `port`, `state`, `error`, `loop`, `data`, `readyTimeout`, `loadTimeout`, `stopTimeout`, `logs`, `stop`, `stopSync`,
 * `waitForLog`, `idle` and the events. `factory` and the class's own members are left out, so that nobody reads the idle twin by mistake; at run
 * time they are a `UsageError`.
 * @typeParam Subject what `remote` reaches: the controller's class, or the exports of its module
 * @typeParam Data the type of `data`
 * @category Jest
 */
export type ControllerHandle<Subject, Data = unknown> = Pick<Controller<Data, EventsOf<Subject>>, TestSideMember> & {
  /** Where a client reaches the server, while it runs: in a test or hook. Null before it starts, such as at the top of the test file, and after. */
  readonly url: string;
  /** What the server's own `address()` gives, while it runs; null before and after. */
  readonly address: NonNullable<Controller['address']>;
  /** Typed calls into the server side. */
  readonly remote: Remote<Subject>;
  /** The same, blocking this thread. */
  readonly remoteSync: RemoteSync<Subject>;
  /** The server itself, by typed calls, while it runs; null before and after. */
  readonly server: Remote<ServerOf<Subject>>;
  /** Resolves when the server listens; at once while it runs. */
  start(options?: { readonly signal?: AbortSignal | undefined }): Promise<ControllerHandle<Subject, Data>>;
  /** `start()`, blocking this thread. */
  startSync(): ControllerHandle<Subject, Data>;
  /** Stops, and starts on the same port. */
  restart(): Promise<ControllerHandle<Subject, Data>>;
  /** Waits until `check` gives a truthy value, and resolves to it; `timeout` is in milliseconds, by default 5000. */
  waitFor<Value>(
    check: (remote: Remote<Subject>) => Value | Promise<Value>,
    options?: { readonly timeout?: number },
  ): Promise<Truthy<Value>>;
  /** `stop()`. */
  [Symbol.asyncDispose](): Promise<void>;
};

/** The controller class among a module's exports, if that is what its main export is. */
type ControllerOf<Module, Name> = Name extends keyof Module ? InstanceOf<Module[Name]> : never;
type InstanceOf<Export> = Export extends abstract new (...args: never[]) => infer Instance
  ? Instance extends Controller<unknown>
    ? Instance
    : never
  : never;

/** What `remote` of a controller made from a module reaches: its Controller subclass, or the module's exports. */
export type SubjectOf<Module, Name = 'default'> = [ControllerOf<Module, Name>] extends [never] ? Module : ControllerOf<Module, Name>;

/**
 * The types of the global `controllers`, of those that the environment starts. Declare yours:
 * @category Jest
 * @example
 * declare module 'jest-controller' {
 *   interface Controllers {
 *     api: ControllerHandle<typeof import('./src/app')>;
 *   }
 * }
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- users merge their members into it
export interface Controllers {}

declare global {
  /** The controllers of `testEnvironmentOptions.controllers`, running. */
  var controllers: Controllers;
}
