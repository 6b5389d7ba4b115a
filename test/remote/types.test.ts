/** Compile-time tests: what counts is that this file type-checks; `npm run typecheck` runs them. */
import { describe, expect, test } from '@jest/globals';
import type { EventEmitter } from 'node:events';
import type { Server, Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { Controller } from '../../src/controller/controller';
import type { CannotCross, Remote, RemoteServer, RemoteSync, ReservedMember } from '../../src/remote/types';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function holds<_Claim extends true>(): void {
  expect(true).toBe(true);
}

interface Mail {
  readonly subject: string;
  readonly to: readonly string[];
}

class Session {
  readonly id = 1;
  readonly mails: Mail[] = [];
  send(): void {
    this.mails.length = 0;
  }
}

declare class Base {
  factory(): Server;
  readonly remoteSync: unknown;
  start(): Promise<this>;
  on(event: string): this;
}

declare class Subject extends Base {
  count: number;
  readonly inbox: Mail[];
  get size(): Promise<number>;
  optional?: string;
  add(a: number, b?: number): number;
  find(id: string): Promise<Mail | undefined>;
  overloaded(a: string): string;
  overloaded(a: number): number;
  generic<T>(value: T): T;
  chain(): this;
  nothing(): void;
  session(): Session;
  listen(callback: (mail: Mail) => number): void;
  socket(): Socket;
  makeFunction(): () => void;
  maybeSocket(): Socket | null;
  sockets: Set<Socket>;
  map: Map<string, Date>;
  generator(): Generator<number>;
  rows(): AsyncGenerator<string, void, undefined>;
  entries(): MapIterator<[string, number]>;
  webStream(): Promise<ReadableStream<string>>;
  nodeStream(): Readable;
  anyStream(): NodeJS.ReadableStream;
  response(): Response;
  cursor: { at: number; next(): number };
  anything: unknown;
  tuple(): [number, Date];
  bytes(): Buffer;
  private secret: string;
  protected hidden(): void;
}

type R = Remote<Subject>;
type S = RemoteSync<Subject>;

describe('Remote', () => {
  test('methods become asynchronous', () => {
    holds<Equal<ReturnType<R['add']>, Promise<number>>>();
    holds<[a: number, b?: number] extends Parameters<R['add']> ? true : false>();
    holds<Parameters<R['add']> extends [a: number, b?: number | undefined] ? true : false>();
    holds<Equal<ReturnType<R['find']>, Promise<Mail | undefined>>>();
    holds<Equal<ReturnType<R['nothing']>, Promise<void>>>();
    holds<Equal<ReturnType<R['tuple']>, Promise<[number, Date]>>>();
    holds<Equal<ReturnType<R['bytes']>, Promise<Buffer>>>();
  });

  test('fields and getters become promises', () => {
    holds<Equal<R['count'], Promise<number>>>();
    holds<Equal<R['size'], Promise<number>>>();
    holds<Equal<R['optional'], Promise<string | undefined>>>();
    holds<Equal<R['map'], Promise<Map<string, Date>>>>();
    holds<Equal<R['anything'], Promise<unknown>>>();
    const inbox = null as unknown as Awaited<R['inbox']>;
    const mails: readonly Mail[] | null = inbox;
    expect(mails).toBeNull();
  });

  test('of overloads the last one counts, generics are erased', () => {
    holds<Equal<ReturnType<R['overloaded']>, Promise<number>>>();
    holds<Equal<ReturnType<R['generic']>, Promise<unknown>>>();
  });

  test('a server that is `any`, as one of an untyped package, has every member', () => {
    const use = (remote: RemoteServer<ReturnType<typeof JSON.parse>>): unknown => [remote.close(), remote.size];
    expect(use).toBeInstanceOf(Function);
  });

  test('members of the base class and those that are not public are absent', () => {
    holds<Equal<Extract<keyof R, 'factory' | 'start' | 'on' | 'remoteSync' | 'secret' | 'hidden'>, never>>();
  });

  test('an instance of a class comes back as its fields', () => {
    holds<Equal<keyof Awaited<ReturnType<R['session']>>, 'id' | 'mails'>>();
  });

  test('a method that returns its own object resolves to undefined', () => {
    holds<Equal<ReturnType<R['chain']>, Promise<undefined>>>();
  });

  test('a function that is passed may be asynchronous', () => {
    const use = (remote: R): unknown => [remote.listen(() => 1), remote.listen(async (mail) => Promise.resolve(mail.subject.length))];
    // @ts-expect-error the callback has to give a number
    const misuse = (remote: R): unknown => remote.listen(() => 'text');
    expect([use, misuse]).toHaveLength(2);
  });

  test('what cannot cross is an error that says why', () => {
    const misuse = (remote: R): unknown => [
      // @ts-expect-error a socket cannot cross
      remote.socket(),
      // @ts-expect-error a function cannot cross
      remote.makeFunction(),
    ];
    expect(misuse).toBeInstanceOf(Function);
    holds<Equal<R['makeFunction'], CannotCross<'a function'>>>();
    holds<Awaited<ReturnType<R['maybeSocket']>> extends CannotCross<string> | null ? true : false>();
    holds<Awaited<R['sockets']> extends Set<CannotCross<string>> ? true : false>();
  });

  test('iterators and streams cannot cross', () => {
    type Iterator = CannotCross<'an iterator or generator: give an array'>;
    holds<Equal<R['generator'], Iterator>>();
    holds<Equal<R['rows'], Iterator>>();
    holds<Equal<R['entries'], Iterator>>();
    holds<Equal<R['webStream'], CannotCross<'a stream or body: give what is in it'>>>();
    holds<Equal<R['response'], CannotCross<'a stream or body: give what is in it'>>>();
    holds<R['nodeStream'] extends CannotCross<string> ? true : false>();
    holds<R['anyStream'] extends CannotCross<string> ? true : false>();
    // An object that only has a method of that name is one like others.
    holds<Equal<Awaited<R['cursor']>, { at: number }>>();
  });

  test('members cannot be assigned', () => {
    const misuse = (remote: R): void => {
      // @ts-expect-error nobody could await the assignment
      remote.count = Promise.resolve(1);
    };
    expect(misuse).toBeInstanceOf(Function);
  });

  test('of a server, methods and properties are there, in a promise form', () => {
    holds<Equal<ReturnType<Remote<Server>['getConnections']>, Promise<number>>>();
    holds<Equal<Remote<Server>['listening'], Promise<boolean>>>();
    holds<Equal<ReturnType<Remote<Server>['unref']>, Promise<undefined>>>();
  });

  test('a method that only has the name of one of those is as it is written', () => {
    holds<Equal<Remote<{ getConnections(room: string): string[] }>['getConnections'], (room: string) => Promise<string[]>>>();
  });

  test('of a module, its exports are there, whatever their names', () => {
    holds<Equal<keyof Remote<{ start: () => number; users: string[] }>, 'start' | 'users'>>();
  });
});

describe('RemoteSync', () => {
  test('methods return, promises unwrapped', () => {
    holds<Equal<ReturnType<S['find']>, Mail | undefined>>();
    holds<Equal<ReturnType<S['add']>, number>>();
  });

  test('fields are values, assignable where they are in the class', () => {
    holds<Equal<S['count'], number>>();
    const use = (remote: S): void => {
      remote.count = 1;
      // @ts-expect-error it is a read-only field
      remote.inbox = [];
    };
    expect(use).toBeInstanceOf(Function);
  });
});

test('every member of the base class is reserved, and no other name', () => {
  holds<Equal<Exclude<ReservedMember, keyof Controller>, never>>();
  holds<Equal<Exclude<keyof Controller & string, ReservedMember>, never>>();
  holds<Equal<Extract<ReservedMember, keyof EventEmitter> extends never ? false : true, true>>();
});
