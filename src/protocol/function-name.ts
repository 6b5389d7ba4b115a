/**
 * What messages call a function of the test's. Both sides; pure.
 */

/** Empty for one without a name. A double's own name is that of the library's function, the same for all doubles. */
export function nameOf(callable: object): string {
  const { name, getMockName } = callable as { readonly name?: unknown; readonly getMockName?: unknown };
  return String(typeof getMockName === 'function' ? Reflect.apply(getMockName, callable, []) : name);
}

/** The name as a call behind `mark`; empty for one without a name. */
export function behind(mark: string, name: string): string {
  return name === '' ? '' : `${mark}${asCall(name)}`;
}

/** `notify()`; of a double, whose name is `jest.fn()`, that. */
export function asCall(name: string): string {
  return name === '' || name.endsWith(')') ? name : `${name}()`;
}
