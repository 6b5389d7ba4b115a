/**
 * What `useController` gives at run time: the controller by its test side. Test side, in a Jest test.
 *
 * The class's own members do their work beside the server. The twin here has them, too, idle: a test that used one by mistake would act on
 * what no server knows of. The twin's own code runs on the twin itself and meets no guard.
 */
import { types } from 'node:util';
import { BRANDS, STANDS_FOR } from '../../errors/brand';
import { UsageError } from '../../errors/errors';
import { classNameOf } from '../../protocol/class-name';
import { PROBED_NAMES } from '../../remote/probed-names';

/** Nothing may throw at those who ask for these; an emitter asks for the last. */
const PROBED: ReadonlySet<string> = new Set([...PROBED_NAMES, 'domain']);

/** The class's own methods that start and stop call over there, and what a test uses in their place. */
const HOOKS: Readonly<Record<string, string>> = {
  factory: 'start() calls it beside the server. Use `server`, which reaches what it made',
  close: 'stop() calls it beside the server. Call stop()',
};

type Method = (...args: unknown[]) => unknown;

/** The controller, save that the members of its class are refused: with the words that tell where they work. */
export function guardedHandle<C extends object>(controller: C): C {
  const base = basePrototype(controller);
  const isOwn = (name: PropertyKey): boolean => typeof name === 'string' && !(name in base) && !PROBED.has(name) && name in controller;
  // What is fixed on an object must be shown: a proxy has no choice.
  const isHidden = (name: PropertyKey): boolean =>
    isOwn(name) && Reflect.getOwnPropertyDescriptor(controller, name)?.configurable !== false;
  const prototype = testSideOf(controller, base);
  const methods = new WeakMap<Method, Method>();
  const handle: C = new Proxy(controller, {
    get(_target, name) {
      if (name === STANDS_FOR) return controller;
      if (isOwn(name)) throw misread(controller, String(name));
      const value: unknown = Reflect.get(controller, name, controller);
      // What was put on the object itself, such as a spy, is wanted as it is.
      if (typeof value !== 'function' || name === 'constructor' || Object.hasOwn(controller, name)) return value;
      const known = methods.get(value as Method);
      if (known !== undefined) return known;
      const method = onController(value as Method, controller, () => handle);
      methods.set(value as Method, method);
      return method;
    },
    set(_target, name, value) {
      if (typeof name === 'string' && (isOwn(name) || !(name in controller))) throw misassigned(controller, name);
      // False would throw in strict code only.
      if (!Reflect.set(controller, name, value)) throw readOnly(controller, String(name));
      return true;
    },
    // Who compares or copies an object reads what its prototypes have. `instanceof` asks for what it stands for.
    getPrototypeOf: () => prototype,
    has: (_target, name) => !isHidden(name) && name in controller,
    ownKeys: () => Reflect.ownKeys(controller).filter((name) => !isHidden(name)),
    getOwnPropertyDescriptor: (_target, name) => (isHidden(name) ? undefined : Reflect.getOwnPropertyDescriptor(controller, name)),
  });
  return handle;
}

/** `Controller.prototype`, of whichever copy of the package. */
function basePrototype(controller: object): object {
  let at: object | null = controller;
  while (at !== null && !Object.hasOwn(at, BRANDS)) at = prototypeOf(at);
  return at ?? Object.prototype;
}

/** A prototype as the class's own, with nothing but what the base class knows of: what the class overrides of it. */
function testSideOf(controller: object, base: object): object {
  const overridden: PropertyDescriptorMap = {};
  for (let at = prototypeOf(controller); at !== null && at !== base; at = prototypeOf(at)) {
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (name in base) overridden[name] ??= descriptor;
    }
  }
  return Object.create(base, overridden) as object;
}

function prototypeOf(value: object): object | null {
  return Object.getPrototypeOf(value) as object | null;
}

/** The method called on the controller, whose private fields no proxy has; where it gives the controller, it gives the handle. */
function onController(method: Method, controller: object, handle: () => object): Method {
  const promises = new WeakMap<Promise<unknown>, Promise<unknown>>();
  const shown = (value: unknown): unknown => (value === controller ? handle() : value);
  const bound = (...args: unknown[]): unknown => {
    const given = method.apply(controller, args);
    // A test may put another class in the place of the language's, of which what an async function gives is none.
    if (!(types.isPromise(given) || given instanceof Promise)) return shown(given);
    // Two starts share one promise, and two stops.
    const known = promises.get(given) ?? given.then(shown);
    promises.set(given, known);
    return known;
  };
  return Object.defineProperties(bound, { name: { value: method.name }, length: { value: method.length } }) as Method;
}

function misread(controller: object, name: string): UsageError {
  const className = classNameOf(controller.constructor);
  const hook = HOOKS[name];
  if (hook !== undefined) return new UsageError(`${className}'s ${name}() is not for the test to call: ${hook}.`);
  const use = isMethod(controller, name) ? `\`.remote.${name}()\`, which gives a promise` : `\`await ….remote.${name}\``;
  return new UsageError(`${elsewhere(className, name)} Use ${use}.`);
}

function misassigned(controller: object, name: string): UsageError {
  const className = classNameOf(controller.constructor);
  const where =
    name in controller
      ? elsewhere(className, name)
      : `${className} has no ${name} in the test, and no server would know of one that was assigned here.`;
  return new UsageError(
    `${where} Use \`.remoteSync.${name} = …\` for a field of the server side, or a variable for what is the test's own.`,
  );
}

function readOnly({ constructor }: object, name: string): UsageError {
  return new UsageError(
    `${classNameOf(constructor)}'s ${name} can only be read. Give what it shall be to useController(), where there is an option for it.`,
  );
}

function elsewhere(className: string, name: string): string {
  return `${className}'s ${name} is on the server side; the class's copy in the test is idle, and no server knows of it.`;
}

/** Told without running a getter. */
function isMethod(controller: object, name: string): boolean {
  for (let at: object | null = controller; at !== null; at = prototypeOf(at)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(at, name);
    if (descriptor !== undefined) return typeof descriptor.value === 'function';
  }
  return false;
}
