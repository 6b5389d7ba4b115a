/**
 * What `useController` may be told. Types only.
 */
import type { ControllerOptions } from '../../controller/options/options';
import type { Loop } from '../../loop/loop';

/**
 * How long a controller may live: see {@link ScopeOption}.
 * @category Jest
 */
export type ScopeName = 'block' | 'test' | 'run';

/**
 * How long a controller lives.
 * @typeParam Scope what `scope` is
 * @category Jest
 */
export interface ScopeOption<Scope extends ScopeName = ScopeName> {
  /**
   * `'block'`: one server for the file or describe block where `useController` is called. `'test'`: a fresh one for each of its tests. With `'run'`, all test files of the run, in all workers, share one server; the first that needs it starts it.
   * @default 'block'
   */
  readonly scope?: Scope | undefined;
}

/**
 * Options of `useController` beside a class or `() => import('./module')`: those of the controller, its scope, and what its constructor takes
 * before them.
 * @typeParam Data the type of `data`
 * @typeParam Scope what `scope` is
 * @category Jest
 */
export interface UseControllerOptions<Data = unknown, Scope extends ScopeName = ScopeName>
  extends ControllerOptions<Data>, ScopeOption<Scope> {
  /**
   * Passed unchanged to the server's listen call.
   * @default '127.0.0.1'
   */
  readonly hostname?: string | undefined;
  /**
   * Passed unchanged to the server's listen call; 0 is a free one.
   * @default 0
   */
  readonly port?: number | undefined;
  /**
   * The event loop to run on: a `ThreadLoop` or a `ProcessLoop`. Several controllers may share one; it ends with the last of them. None beside
   * `scope: 'run'`, whose servers each have a process of their own.
   * @default a new `ThreadLoop`
   */
  readonly loop?: Scope extends 'run' ? undefined : Loop | undefined;
}
