/**
 * `useControllers`: the controllers of one application, started together. Test side, in a Jest test.
 */
import { inspect } from 'node:util';
import { InvalidOptionError } from '../../errors/errors';
import { asRecord, readRecord } from '../../errors/unexpected';
import type { Controller } from '../../controller/controller';
import { SET_LATE } from '../../controller/internals';
import type { ModuleControllerOptions } from '../../controller/module-controller';
import { MODULE_OPTION_NAMES } from '../../controller/options/options';
import { captureCallSite } from '../../remote/call-site';
import type { ControllerHandle, ServerOfModule, SubjectOf } from './handle';
import { requireHooks } from './hooks';
import { runInBlock, runInTests, type Group } from './scopes';
import { startInOrder, type Starter } from './start-order';
import { stopEach } from '../both-realms/stop-all';
import type { ControllerSubject, DataOf } from './subject';
import { checkScope, shownToTest, toController } from './use-controller';
import type { UseControllerOptions } from './use-controller-options';

type AnyController = Controller<unknown>;

/**
 * The controllers of one `useControllers`, by name, for the `data` of another. Reading one that has not started yet makes the reader wait
 * for it; a circle is a `UsageError`.
 * @category Jest
 */
export type StartedControllers<Name extends string> = { readonly [N in Name]: ControllerHandle<object> };

/**
 * Options of one of several: as of `useController`, but `data` and `env` may be made of the ones that have started, which orders them.
 * @category Jest
 */
export interface TogetherOptions<Name extends string = string, Data = Plain> extends Omit<UseControllerOptions, 'scope' | 'data' | 'env'> {
  /**
   * The export to take.
   * @default the default export, else the only one
   */
  readonly export?: string | undefined;
  /**
   * A structured-cloneable value, or a function that makes it of the others. It may run several times.
   * @default undefined
   */
  readonly data?: Data | ((started: StartedControllers<Name>) => Data);
  /**
   * The whole environment of the server side, or a function that makes it of the others, e.g.
   * `({ db }) => ({ ...process.env, DATABASE_URL: db.url })`. It may run several times.
   * @default the caller's `process.env` at start
   */
  readonly env?:
    | Readonly<Record<string, string | undefined>>
    | ((started: StartedControllers<Name>) => Readonly<Record<string, string | undefined>>)
    | undefined;
}

/** Any data. */
type Plain = object | string | number | bigint | boolean | null | undefined;

/** What each name is given: the subject itself, or a pair with its options. */
type Entries<Subjects> = {
  readonly [Name in keyof Subjects]:
    Subjects[Name] | readonly [Subjects[Name], TogetherOptions<keyof Subjects & string, DataFor<Subjects[Name]>>?];
};

/** Spelled out where the class does not say: beside `unknown` the parameter of the function would have no type. */
type DataFor<S> = S extends abstract new (...args: never[]) => infer C ? (unknown extends DataOf<C> ? Plain : DataOf<C>) : Plain;

type HandleOf<S> = S extends AnyController
  ? ControllerHandle<S>
  : S extends abstract new (...args: never[]) => infer C
    ? ControllerHandle<C>
    : S extends () => Promise<infer Module>
      ? ControllerHandle<SubjectOf<Module>, unknown, IsUnion<keyof Module> extends true ? object : ServerOfModule<Module>>
      : never;

/** Which of several exports a pair picks is not inferred; of the only one there is no doubt. */
type IsUnion<T, All = T> = T extends All ? ([All] extends [T] ? false : true) : never;

/**
 * How long the controllers of one `useControllers` live.
 * @category Jest
 */
export interface TogetherScope {
  /**
   * `'block'`: for the file or describe block where `useControllers` is called. `'test'`: fresh ones for each of its tests.
   * @default 'block'
   */
  readonly scope?: 'block' | 'test' | undefined;
}

/**
 * Runs several servers for the file or describe block, or for each of its tests: side by side where they can, in order where the `data` or `env` of one asks for another. When
 * one fails to start, the others are stopped and its error is the hook's.
 * @param entries each value is what `useController` takes, or a pair of that and its options
 * @param options {@link TogetherScope}: how long all of them live
 * @returns the controllers, by the same names
 * @throws {@link UsageError} inside a test or hook
 * @throws {@link InvalidOptionError} for a wrong subject or option
 * @category Jest
 * @example
 * const { api, mail } = useControllers({
 *   mail: MailController,
 *   api: [ApiController, { data: ({ mail }) => ({ mailPort: mail.port }) }],
 * });
 */
export function useControllers<Subjects extends Readonly<Record<string, ControllerSubject>>>(
  entries: Entries<Subjects>,
  options?: TogetherScope,
): { readonly [Name in keyof Subjects]: HandleOf<Subjects[Name]> };
export function useControllers(entries: unknown, options?: TogetherScope): unknown {
  const { scope = 'block' } = readRecord(options, ['scope']);
  checkScope(scope, ['block', 'test']);
  const hooks = requireHooks('useControllers');
  if (typeof entries !== 'object' || entries === null || Array.isArray(entries)) {
    throw new InvalidOptionError(
      'controllers',
      `Expected useControllers() to be given an object of controllers, got ${inspect(entries, { depth: 0 })} (${typeof entries}).`,
    );
  }
  const given = Object.entries(entries as Record<string, unknown>).map(([name, entry]) => ({ name, ...readEntry(entry) }));
  const starters = given.map((entry) => toStarter(entry, given.filter(({ subject }) => subject === entry.subject).length > 1));
  const run = scope === 'test' ? runInTests : runInBlock;
  run(together(starters), hooks, captureCallSite(useControllers as () => unknown));
  return Object.fromEntries(starters.map(({ name, started }) => [name, started]));
}

type ControllerStarter = Starter & { readonly controller: AnyController };

/** All of them or none. */
function together(starters: readonly ControllerStarter[]): Group {
  const controllers = starters.map(({ controller }) => controller);
  return {
    controllers,
    async start() {
      try {
        await startInOrder(starters);
      } catch (error) {
        // What the others leave behind is no reason to hide why this one has not started.
        await stopEach(controllers);
        throw error;
      }
    },
  };
}

/** What one name is given. */
interface Entry {
  readonly name: string;
  readonly subject: unknown;
  readonly options: unknown;
}

function readEntry(entry: unknown): Omit<Entry, 'name'> {
  const [subject, options] = (Array.isArray(entry) ? entry : [entry]) as [unknown, unknown];
  return { subject, options };
}

/** `isOneOfSeveral`: the same class stands under other names, too, so that its own would not tell which is meant. */
function toStarter({ name, subject, options: given }: Entry, isOneOfSeveral: boolean): ControllerStarter {
  const options = asRecord(given) as ModuleControllerOptions;
  if ('scope' in options) {
    throw new InvalidOptionError(
      'scope',
      `Expected \`scope\` to be given for all controllers at once, as in useControllers({ … }, { scope: 'test' }), got it among the options of ${name}.`,
    );
  }
  const { plain, late } = separate(options);
  // The scope is that of all of them.
  const controller = toController(subject, plain, { known: MODULE_OPTION_NAMES, name, isOneOfSeveral });
  return {
    name,
    controller,
    started: shownToTest(controller, subject),
    prepare(others) {
      if (late.length > 0) controller[SET_LATE](Object.fromEntries(late.map(([option, make]) => [option, make(others)])));
    },
    start: () => controller.start(),
  };
}

type MakeOption = (started: unknown) => unknown;

/** The options that are values, and those that are made of the others. */
function separate(options: ModuleControllerOptions): { plain: ModuleControllerOptions; late: readonly [string, MakeOption][] } {
  const isLate = ([option, value]: [string, unknown]): boolean => CAN_BE_LATE.has(option) && typeof value === 'function';
  const all = Object.entries(options) as [string, unknown][];
  return { plain: Object.fromEntries(all.filter((entry) => !isLate(entry))), late: all.filter(isLate) as [string, MakeOption][] };
}

const CAN_BE_LATE: ReadonlySet<string> = new Set(['data', 'env']);
