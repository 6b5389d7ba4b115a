/**
 * Makes controllers on a loop of some kind and stops all of them after each test.
 */
import { afterEach } from '@jest/globals';
import type { Controller, ControllerOptions, Loop } from 'jest-controller';
import { STOP_TIMEOUT } from '../limits';

type AnyController = Pick<Controller, 'stop'>;
type ControllerClass<C, Data> = new (hostname?: string, port?: number, options?: ControllerOptions<Data>) => C;
type DataOf<C> = C extends { readonly data: infer Data } ? Data : never;

export interface MakeOptions<Data> extends ControllerOptions<Data> {
  readonly hostname?: string;
  readonly port?: number;
}

/** A function that makes a controller on a loop of its own, with much time for its stop, unless the options say otherwise. */
export function maker(
  newLoop: () => Loop,
): <C extends AnyController>(Class: ControllerClass<C, DataOf<C>>, options?: MakeOptions<DataOf<C>>) => C {
  const made: AnyController[] = [];
  afterEach(async () => {
    await Promise.all(made.splice(0).map((controller) => controller.stop()));
  });
  return (Class, { hostname, port, ...options } = {}) => {
    const controller = new Class(hostname, port, { loop: newLoop(), stopTimeout: STOP_TIMEOUT, ...options } as ControllerOptions<never>);
    made.push(controller);
    return controller;
  };
}

/** The environment of a server side whose fixtures shall misbehave; on the test side the same modules keep quiet. */
export function besideServer(variables: Readonly<Record<string, string>> = {}): {
  readonly env: Readonly<Record<string, string | undefined>>;
} {
  return { env: { ...process.env, BESIDE_SERVER: '1', ...variables } };
}

/** What `promise` rejects with; throws when it resolves. */
export async function rejection(promise: Promise<unknown>): Promise<Error & { readonly code?: unknown }> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('Expected a rejection, but it resolved.');
}

/** What `work` throws; throws when it does not. */
export function thrown(work: () => unknown): Error & { readonly code?: unknown; readonly option?: unknown } {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('Expected an error, but there was none.');
}

/** The number of a loop that is starting; a process has none before it is made. */
export async function numberOf(loop: Loop): Promise<number> {
  while (loop.number === null) await new Promise((resolve) => setImmediate(resolve));
  return loop.number;
}
