/**
 * The types of what `useController` gives: the test side of a controller and nothing of the idle twin. Types only.
 */
import type { EventEmitter } from 'node:events';
import type { Controller } from '../../controller/controller';
import type { Served } from '../../controller/server-like';
import type { EventsOf } from '../../controller/typed-emitter';
import type { IsAny, Remote, RemoteServer, RemoteSync } from '../../remote/types';
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

/** What a controller or a module has for a server. */
type ServerOf<Subject> = Subject extends { factory(): infer Made } ? Served<Awaited<Made>> : ServerOfModule<Subject>;

/** The same, of the export that counts. */
export type ServerOfModule<Module, Name = 'default'> =
  IsAny<Module> extends true
    ? Module
    : [keyof Module] extends [never]
      ? object
      : Served<Awaited<MadeBy<Name extends keyof Module ? ExportOf<Module, Name> : Module[keyof Module]>>>;

/** To TypeScript, `import()` of a CommonJS module between two such gives as its default what Node gives there: all of its exports. */
type ExportOf<Module, Name extends keyof Module> = Name extends 'default'
  ? Module[Name] extends { readonly default: infer Main }
    ? Main
    : Module[Name]
  : Module[Name];

type MadeBy<Export> = Export extends abstract new (...args: never[]) => { factory(): infer Made }
  ? Made
  : Export extends () => infer Made
    ? Made
    : Export;

/**
 * A controller as a test uses it, given by `useController`: the test side of `Controller`. Beside what is listed here it has `hostname`,
 * `port`, `state`, `error`, `loop`, `data`, `readyTimeout`, `loadTimeout`, `stopTimeout`, `logs`, `stop`, `stopSync`,
 * `waitForLog`, `idle` and the events. `factory` and the class's own members are left out, so that nobody reads the idle twin by mistake; at run
 * time they are a `UsageError`.
 * @typeParam Subject what `remote` reaches: the controller's class, or the exports of its module
 * @typeParam Data the type of `data`
 * @typeParam Server what `server` reaches
 * @category Jest
 */
export type ControllerHandle<Subject, Data = unknown, Server = ServerOf<Subject>> = Pick<
  Controller<Data, EventsOf<Subject>>,
  TestSideMember
> & {
  /** Where a client reaches the server, while it runs: in a test or hook. Null before it starts, such as at the top of the test file, and after. */
  readonly url: string;
  /** What the server's own `address()` gives, while it runs; null before and after. */
  readonly address: NonNullable<Controller['address']>;
  /** Typed calls into the server side. */
  readonly remote: Remote<Subject>;
  /** The same, blocking this thread. */
  readonly remoteSync: RemoteSync<Subject>;
  /** The server itself, by typed calls, while it runs; null before and after. */
  readonly server: RemoteServer<Server>;
  /** Resolves when the server listens; at once while it runs. */
  start(options?: { readonly signal?: AbortSignal | undefined }): Promise<ControllerHandle<Subject, Data, Server>>;
  /** `start()`, blocking this thread. */
  startSync(): ControllerHandle<Subject, Data, Server>;
  /** Stops, and starts on the same port. */
  restart(): Promise<ControllerHandle<Subject, Data, Server>>;
  /** Waits until `check` gives a truthy value, and resolves to it; `timeout` is in milliseconds, by default 5000. */
  waitFor<Value>(
    check: (remote: Remote<Subject>) => Value | Promise<Value>,
    options?: { readonly timeout?: number | undefined },
  ): Promise<Truthy<Value>>;
  /** `stop()`. */
  [Symbol.asyncDispose](): Promise<void>;
};

/** The controller class among a module's exports, if that is what its main export is. */
type ControllerOf<Module, Name> = Name extends keyof Module ? InstanceOf<ExportOf<Module, Name>> : never;
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
