/**
 * Lends the test's realm the symbols of `using`. Jest's realm.
 */

/**
 * They are Node's before they are V8's, so that a context has them where its environment gives them to it: not jsdom's, nor that of Jest before 30.
 * Without them `await using controller = …` fails, and a controller has nothing to be disposed of by.
 */
export function lendDisposal({ Symbol: symbols }: { readonly Symbol?: SymbolConstructor }): void {
  if (symbols === undefined) return;
  for (const name of ['dispose', 'asyncDispose'] as const) {
    if (!(name in symbols)) Object.defineProperty(symbols, name, { value: Symbol[name] });
  }
}
