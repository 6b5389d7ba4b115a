/**
 * Sees every error at its making, while its stack still has this package's own frames. Import it before anything of src.
 */

/** The stacks of the errors that were made, oldest first; empty it as you like. */
export const stacks: string[] = [];

const seeing = <Class extends ErrorConstructor | TypeErrorConstructor>(Class: Class): Class =>
  new Proxy(Class, {
    construct(target, args, newTarget) {
      const error = Reflect.construct(target, args, newTarget) as Error;
      stacks.push(String(error.stack));
      return error;
    },
  });

globalThis.Error = seeing(Error);
globalThis.TypeError = seeing(TypeError);
