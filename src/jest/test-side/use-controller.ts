/**
 * `useController`: a controller that runs for a file, a describe block or each test. Test side, in a Jest test.
 */
import { inspect, types } from 'node:util';
import { hasBrand } from '../../errors/brand';
import { InvalidOptionError, UsageError } from '../../errors/errors';
import { hideOwnFrames } from '../../errors/frames';
import { asRecord, refuseUnknown, unexpected } from '../../errors/unexpected';
import type { Controller } from '../../controller/controller';
import { checkExportName, makeModuleController, type ModuleControllerOptions } from '../../controller/module-controller';
import { CALLED, TARGET } from '../../controller/internals';
import { MODULE_OPTION_NAMES } from '../../controller/options/options';
import { classNameOf } from '../../protocol/class-name';
import { isClass } from '../../protocol/is-class';
import { captureCallSite } from '../../remote/call-site';
import { guardedHandle } from './guarded-handle';
import { requireHooks } from './hooks';
import { inRun } from '../run-scope/in-run';
import { runInBlock, runInTests } from './scopes';
import type { ControllerSubject, ExportName, HandleOfSubject, OptionsBeside } from './subject';
import { readThunk, STAYS_HERE } from './thunk';
import type { ScopeName, ScopeOption } from './use-controller-options';

/**
 * Runs a server for the file or describe block where it is called: it listens before the first test and is stopped after the last.
 *
 * Takes a Controller class, an instance, or `() => import('./app')`, whose module is loaded beside the server only: one that exports an app, a
 * server, a function that makes one, or a Controller class. Hooks get the controller's own limits, so that its error comes before Jest's.
 * @param subject a class, exported by its module, whose file is found by itself; an instance; or a function that is never run: the path in it
 * is read, and resolved as Jest resolves it from the file where it is written, which may hand it to a helper that calls this
 * @param options {@link UseControllerOptions}: those of the controller, and `scope`; `export` names the export to take, by default the default
 * export, else the only one. Beside an instance only `scope`: its constructor had the others
 * @returns the controller by its test side; the class's own members are reached by `remote`, and are a `UsageError` here. For an instance, the
 * instance. For a module that exports no Controller class, `remote` reaches its exports
 * @throws {@link UsageError} inside a test or hook
 * @throws {@link InvalidOptionError} for a wrong subject or option
 * @category Jest
 * @example
 * const echo = useController(EchoController);
 * test('answers', async () => { await connect(echo.port); });
 * @example
 * const api = useController(() => import('../src/app'));
 * test('lists users', async () => { await fetch(`${api.url}/users`); });
 */
export function useController<
  Subject extends ControllerSubject,
  Name extends ExportName<Subject> = 'default' & ExportName<Subject>,
  Scope extends ScopeName = 'block',
>(subject: Subject, ...options: OptionsBeside<Subject, Name, Scope>): HandleOfSubject<Subject, Name>;
export function useController(subject: unknown, options?: object): unknown {
  const { scope = 'block', ...rest } = asRecord(options) as ScopeOption & ModuleControllerOptions;
  checkScope(scope, ['block', 'test', 'run']);
  const hooks = requireHooks('useController');
  const site = captureCallSite(useController as () => unknown);
  const controller = scope === 'run' ? shareInRun(subject, rest) : toController(subject, rest);
  const group = { controllers: [controller], start: () => controller.start() };
  if (scope === 'test') runInTests(group, hooks, site);
  else runInBlock(group, hooks, site);
  return shownToTest(controller, subject);
}

/** @throws {InvalidOptionError} unless it is one of `choices` */
export function checkScope(scope: unknown, choices: readonly ScopeName[]): void {
  if (choices.includes(scope as ScopeName)) return;
  throw unexpected('scope', choices.map((choice) => `'${choice}'`).join(' | '), scope);
}

/** What the caller gets; who made an instance holds it already, whole. */
export function shownToTest(controller: Controller<unknown>, subject: unknown): Controller<unknown> {
  if (controller === subject) return controller;
  return guardedHandle(controller);
}

/** One server for the run: this file's controller is a way to it. */
function shareInRun(subject: unknown, options: ModuleControllerOptions): Controller<unknown> {
  return inRun((loop) => {
    if (!hasBrand(subject, 'Controller')) return toController(subject, { ...options, loop });
    throw new InvalidOptionError(
      'scope',
      "Expected `scope: 'run'` to come with a Controller class or () => import('./module'), got an instance, which this file has made for itself.",
    );
  }, options);
}

/** What a class or a thunk may be given. */
const KNOWN_OPTIONS: readonly string[] = [...MODULE_OPTION_NAMES, 'scope'];

interface Terms {
  /** The options that it takes. */
  readonly known?: readonly string[];
  /** The name in `useControllers`, by which a module is called in messages. @default a module's own name, with that of the export */
  readonly name?: string;
  /** Whether a class is called by that name in messages, too. @default false */
  readonly isOneOfSeveral?: boolean;
}

/** The controller that `useController` was given, in any of its forms. */
export function toController(
  subject: unknown,
  options: ModuleControllerOptions,
  { known = KNOWN_OPTIONS, name, isOneOfSeveral = false }: Terms = {},
): Controller<unknown> {
  if (hasBrand(subject, 'Controller')) return givenInstance(subject as Controller<unknown>, options);
  if (typeof subject !== 'function') {
    throw new InvalidOptionError(
      'controller',
      `Expected ${asked(name)} a Controller class, an instance, or () => import('./module'), got ${inspect(subject, { depth: -1 })}${subject === undefined ? '' : ` (${typeof subject})`}.${remedyFor(subject)}`,
    );
  }
  const isController = isControllerClass(subject);
  if (!isController && isClass(subject)) {
    throw new InvalidOptionError(
      'controller',
      `Expected ${asked(name)} a class that extends the Controller of jest-controller, got class ${classNameOf(subject)}.`,
    );
  }
  refuseUnknown(options, known);
  if (isController) return ofClass(subject as ControllerClass, options, isOneOfSeveral ? name : undefined);
  const { file, specifier } = readThunk(subject as () => unknown);
  return makeModuleController(file, name ?? nameOf(specifier, options.export), options);
}

/** Who was to be given it, and as what. */
function asked(name: string | undefined): string {
  return name === undefined ? 'useController() to be given' : `useControllers() to be given, as \`${name}\`,`;
}

/** What to do about a subject that is no function. */
function remedyFor(subject: unknown): string {
  if (subject === undefined) return ' Correct the name under which it is imported, or let its module not import this file in turn.';
  if (typeof subject !== 'object' || subject === null) return '';
  const names = Object.entries(subject).flatMap(([name, value]) => (isControllerClass(value) ? [name] : []));
  if (names.length > 0) return ` It is a whole module: hand over what it exports, ${names.join(' or ')}.`;
  return types.isPromise(subject) ? " Hand over the import itself, not its promise: () => import('./module')." : ` ${STAYS_HERE}`;
}

function isControllerClass(value: unknown): boolean {
  return typeof value === 'function' && hasBrand(value.prototype, 'Controller');
}

type ControllerClass = new (...args: unknown[]) => Controller<unknown>;

/** `called`: what messages call it. @default the class's name */
function ofClass(
  Class: ControllerClass,
  { hostname, port, export: name, ...options }: ModuleControllerOptions,
  called?: string,
): Controller<unknown> {
  if (name !== undefined) checkExportName(name);
  const controller = construct(Class, hostname, port, called === undefined ? options : { ...options, [CALLED]: called });
  if (options.data !== undefined && controller.data === undefined) {
    throw new UsageError(
      `The constructor of ${classNameOf(Class)} has not passed its third argument on, the options: their \`data\` is lost. ` +
        'Let it take hostname, port and options, and call super() with these three.',
    );
  }
  return name === undefined ? controller : exportedAs(name, controller);
}

/**
 * @throws what the constructor throws, with the user's lines
 * @throws `InvalidOptionError` for a class that is compiled to ES5: V8 names this package's class, and no line of the user's
 */
function construct(Class: ControllerClass, ...given: unknown[]): Controller<unknown> {
  try {
    return new Class(...given);
  } catch (error) {
    if (types.isNativeError(error)) hideOwnFrames(error);
    if (!(error instanceof TypeError) || !error.message.startsWith('Class constructor Controller cannot be invoked')) throw error;
    throw new InvalidOptionError(
      'controller',
      `${Class.name} is compiled to a function, which cannot extend the class Controller. Raise \`target\` for the tests: ES2015 or later in TypeScript's options, \`targets: { node: 'current' }\` for @babel/preset-env. ` +
        "Or do without a class: useController(() => import('./app')).",
    );
  }
}

/** The same controller, its class taken from the named export of its module. */
function exportedAs(name: string, controller: Controller<unknown>): Controller<unknown> {
  const locate = controller[TARGET].bind(controller);
  return Object.defineProperty(controller, TARGET, { value: () => ({ ...locate(), export: name }) });
}

function givenInstance(controller: Controller<unknown>, options: ModuleControllerOptions): Controller<unknown> {
  const extra = Object.keys(options)[0];
  if (extra === undefined) return controller;
  throw new InvalidOptionError(
    extra,
    `Expected only \`scope\` beside an instance, got \`${extra}\`. Give \`${extra}\` to the controller's constructor, or pass the class.`,
  );
}

/** `./src/app.controller` → `app.controller`, and `app.controller.http` for its export of that name, for messages. */
function nameOf(specifier: string, exported: unknown): string {
  const name = specifier.replace(/^.*[\\/]/, '').replace(/\.[cm]?[jt]sx?$/, '') || specifier;
  return typeof exported === 'string' && exported !== 'default' ? `${name}.${exported}` : name;
}
