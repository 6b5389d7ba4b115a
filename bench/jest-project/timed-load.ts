/** Loads the app and says how long that took, on whichever side it is called. */
export function loadApp(): number {
  const since = process.hrtime.bigint();
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  require('./app');
  return Number(process.hrtime.bigint() - since) / 1e6;
}

/** Loads one file of the project that loads nothing else. */
export function loadFile(): number {
  const since = process.hrtime.bigint();
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  require('./users');
  return Number(process.hrtime.bigint() - since) / 1e6;
}
