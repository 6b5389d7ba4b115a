/**
 * `Remote<T>` and `RemoteSync<T>`: what a class, a server or a module looks like from the other thread. Both sides; types only.
 */
import type { EventEmitter } from 'node:events';

/**
 * Stands for what cannot cross, so that its use is a compile-time error that says why: a function, a symbol, a socket, a server.
 * A method that returns such a thing is of this type itself, and so cannot be called.
 * @category Remote
 */
export interface CannotCross<Reason extends string> {
  /** What it is; the name and this are for the compiler's message. */
  readonly 'cannot cross between the test and the server': Reason;
}

/** Members of the base class: they belong to one side and are never remote. */
export type ReservedMember =
  | keyof EventEmitter
  | 'factory'
  | 'close'
  | 'start'
  | 'stop'
  | 'startSync'
  | 'stopSync'
  | 'restart'
  | 'hostname'
  | 'port'
  | 'address'
  | 'url'
  | 'server'
  | 'remote'
  | 'remoteSync'
  | 'signal'
  | 'loop'
  | 'readyTimeout'
  | 'loadTimeout'
  | 'stopTimeout'
  | 'data'
  | 'state'
  | 'error'
  | 'logs'
  | 'waitFor'
  | 'waitForLog'
  | 'idle';

/** What tells a controller from a server or a module. */
interface ControllerShape {
  factory(): unknown;
  readonly remoteSync: unknown;
}

type RemoteKey<T> = Exclude<keyof T & string, T extends ControllerShape ? ReservedMember : never>;

/**
 * Each public method and property of `T`, as promises: methods are called, fields and getters awaited.
 *
 * Values cross by structured clone, so what comes back is a copy: of an instance of a class, its fields. A method that returns its own
 * object resolves to undefined. Functions may be passed as arguments; they run on the test side, and answer with a promise.
 * @category Remote
 */
export type Remote<T> = { readonly [K in RemoteKey<T>]-?: RemoteMember<T[K], T, K> };

/** `Remote<Server>`; of `any`, each member of which would be possibly undefined there, `any` itself. */
export type RemoteServer<Server> = IsAny<Server> extends true ? Server : Remote<Server>;

/**
 * As `Remote<T>`, blocking: methods return, fields are read and assigned.
 * @category Remote
 */
export type RemoteSync<T> = { [K in keyof T as K & RemoteKey<T>]: RemoteSyncMember<T[K], T> };

type AnyFunction = (...args: never[]) => unknown;

type RemoteMember<Value, Self, Key> =
  IsAny<Value> extends true
    ? ((...args: unknown[]) => Promise<Value>) & Promise<Value>
    : IsNever<Value> extends true
      ? Promise<never>
      : [Value] extends [(...args: infer Args) => infer Result]
        ? [Key, Args] extends ['getConnections', [callback: AnyFunction]]
          ? () => Promise<number>
          : RemoteMethod<Args, Result, Self>
        : Promise<Crossed<Awaited<Value>>>;

type RemoteMethod<Args extends unknown[], Result, Self> =
  IsUncrossable<ResultOf<Result, Self>> extends true ? ResultOf<Result, Self> : (...args: Passed<Args>) => Promise<ResultOf<Result, Self>>;

type RemoteSyncMember<Value, Self> =
  IsAny<Value> extends true
    ? Value
    : IsNever<Value> extends true
      ? never
      : [Value] extends [(...args: infer Args) => infer Result]
        ? IsUncrossable<ResultOf<Result, Self>> extends true
          ? ResultOf<Result, Self>
          : (...args: Passed<Args>) => ResultOf<Result, Self>
        : Crossed<Awaited<Value>>;

export type IsAny<T> = 0 extends 1 & T ? true : false;
/** A global that the project's types may lack: it is `any` there, which would stand for everything. */
type Known<T> = IsAny<T> extends true ? never : T;
type IsNever<T> = [T] extends [never] ? true : false;

type IsUncrossable<T> = IsAny<T> extends true ? false : IsNever<T> extends true ? false : [T] extends [CannotCross<string>] ? true : false;

/** What a method gives over there; its own object, for chaining, is nothing here. */
type ResultOf<Result, Self> =
  IsAny<Result> extends true ? Result : [Result] extends [never] ? never : [Result] extends [Self] ? undefined : Crossed<Awaited<Result>>;

/** Functions that are passed may be asynchronous; the server side gets a promise in any case. */
type Passed<Args extends unknown[]> = {
  [I in keyof Args]: Args[I] extends (...args: infer A) => infer R ? (...args: A) => R | Promise<Awaited<R>> : Args[I];
};

type Primitive = string | number | bigint | boolean | null | undefined | void;
type Kept = Date | RegExp | Error | Known<URL> | Known<URLSearchParams> | ArrayBuffer | SharedArrayBuffer | ArrayBufferView;
/** Generators too. */
interface Stepping {
  next(...args: never[]): unknown;
}
type Steps = Stepping & ({ [Symbol.iterator](): unknown } | { [Symbol.asyncIterator](): unknown });
/** Streams of the web, and what is read as one: a Blob, a Request, a Response. Told by what they do, since not every project has their types. */
type Stream =
  | { getReader(...args: never[]): unknown }
  | { getWriter(): unknown }
  | { readonly readable: { getReader(...args: never[]): unknown }; readonly writable: unknown }
  | { arrayBuffer(): Promise<unknown>; text(): Promise<unknown> };
/** A WeakRef, too, told by what it does: the library of ES2020 and before lacks the name. */
type Bound = WeakMap<never, unknown> | WeakSet<never> | { deref(): unknown } | Known<AbortSignal> | Known<AbortController>;

/** What arrives of a value: copies of data, and `CannotCross` where TypeScript can tell. */
export type Crossed<T> =
  IsAny<T> extends true
    ? T
    : T extends Primitive | Kept
      ? T
      : T extends symbol
        ? CannotCross<'a symbol'>
        : T extends AnyFunction
          ? CannotCross<'a function'>
          : T extends PromiseLike<unknown>
            ? CannotCross<'a promise inside a value'>
            : T extends EventEmitter | Known<EventTarget>
              ? CannotCross<'a socket, server, stream or emitter: it is of the thread that made it'>
              : T extends Steps
                ? CannotCross<'an iterator or generator: give an array'>
                : T extends Stream
                  ? CannotCross<'a stream or body: give what is in it'>
                  : CrossedObject<T>;

type CrossedObject<T> =
  T extends Map<infer K, infer V>
    ? Map<Crossed<K>, Crossed<V>>
    : T extends ReadonlyMap<infer K, infer V>
      ? ReadonlyMap<Crossed<K>, Crossed<V>>
      : T extends Set<infer V>
        ? Set<Crossed<V>>
        : T extends ReadonlySet<infer V>
          ? ReadonlySet<Crossed<V>>
          : T extends readonly unknown[]
            ? { [I in keyof T]: Crossed<T[I]> }
            : T extends Bound
              ? CannotCross<'an object that is of the thread that made it'>
              : T extends object
                ? // Methods of classes do not cross; nor do functions in plain objects, but types cannot tell the two apart.
                  { [K in keyof T as T[K] extends AnyFunction ? never : K]: Crossed<T[K]> }
                : T;
