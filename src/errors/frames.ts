/**
 * Stacks as the user shall read them: the user's own frames, each of which a runner shows. Both sides; imports nothing.
 */

/** This package's folder, where it is built and where its sources are. */
const PACKAGE_ROOT = __dirname.replace(/[\\/](?:dist|src)[\\/]errors$/, '');
const OWN_FILES = ['dist', 'src'].flatMap((folder) => ['/', '\\'].map((separator) => [PACKAGE_ROOT, folder, ''].join(separator)));

/** Whether a line of a stack is a frame of this package: no news to the user, who cannot mend it. */
export function isOwnFrame(line: string): boolean {
  return /^\s*at /.test(line) && OWN_FILES.some((own) => line.includes(own));
}

/** The stack without those, its nameless functions written as V8 does. */
export function readableStack(stack: string): string {
  const lines = stack.split('\n').filter((line) => !isOwnFrame(line));
  return lines.map(named).join('\n');
}

/** With source maps Node writes `at <anonymous> (file:1:2)`, which Jest takes for a frame without a place and leaves out. */
function named(line: string): string {
  return line.replace(/^(\s+at )<anonymous> \((.+:\d+:\d+)\)$/, '$1$2');
}
