/**
 * Which lines of a stack are this package's own: no news to those who read it. Both sides; imports nothing.
 */

/** This package's folder, where it is built and where its sources are. */
const PACKAGE_ROOT = __dirname.replace(/[\\/](?:dist|src)[\\/]errors$/, '');
const OWN_FOLDERS = ['dist', 'src'].flatMap((folder) => ['/', '\\'].map((separator) => [PACKAGE_ROOT, folder, ''].join(separator)));

/** Whether a line of a stack is a frame; the lines of its message are none. */
export function isFrame(line: string): boolean {
  return /^\s+at /.test(line);
}

/** Whether a line of a stack is a frame of this package. */
export function isOwnFrame(line: string): boolean {
  return isFrame(line) && OWN_FOLDERS.some((own) => line.includes(own));
}
