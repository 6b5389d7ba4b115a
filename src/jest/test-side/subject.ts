/**
 * What `useController` takes, and what it makes of each. Types only.
 *
 * One signature for all kinds: the compiler then says of a wrong option what is wrong with it, and not which overload does not fit.
 */
import type { Controller } from '../../controller/controller';
import type { IsAny } from '../../remote/types';
import type { ControllerHandle, ServerOfModule, SubjectOf } from './handle';
import type { ScopeName, UseControllerOptions } from './use-controller-options';

type AnyController = Controller<unknown>;
type ControllerClass = new (hostname?: string, port?: number, options?: never) => AnyController;

/**
 * What `useController` takes: a Controller class, an instance, or `() => import('./module')`.
 * @category Jest
 */
export type ControllerSubject = ControllerClass | AnyController | (() => Promise<object>);

export type DataOf<C> = C extends Controller<infer Data> ? Data : unknown;

/** `data` may be left out: the class's own constructor may have it. */
type Options<Data, Scope extends ScopeName, Name = string> = [
  options?: UseControllerOptions<Data, Scope> & { readonly export?: Name | undefined },
];

/** The names among which the option `export` picks. */
export type ExportName<Subject> = Subject extends () => Promise<infer Module> ? keyof Module & string : string;

/** The options beside a subject. An instance had its own in its constructor, and cannot serve other files. */
export type OptionsBeside<Subject, Name, Scope extends ScopeName> =
  IsAny<Subject> extends true
    ? Options<unknown, Scope>
    : Subject extends new (...args: never[]) => infer C
      ? Options<DataOf<C>, Scope>
      : Subject extends AnyController
        ? [options?: { readonly scope?: 'block' | 'test' | undefined }]
        : Options<unknown, Scope, Name>;

/** The controller of a subject, as a test uses it. */
export type HandleOfSubject<Subject, Name> =
  IsAny<Subject> extends true
    ? ControllerHandle<Subject>
    : Subject extends new (...args: never[]) => infer C
      ? ControllerHandle<C, DataOf<C>>
      : Subject extends AnyController
        ? ControllerHandle<Subject, DataOf<Subject>>
        : Subject extends () => Promise<infer Module>
          ? ControllerHandle<SubjectOf<Module, Name>, unknown, ServerOfModule<Module, Name>>
          : never;
