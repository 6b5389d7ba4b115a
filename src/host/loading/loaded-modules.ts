/**
 * Which modules have been loaded, for who compares them with what a failing test mocks. Server side; loaded when it is asked.
 */
import { Session } from 'node:inspector';
import { pathToFileURL } from 'node:url';
import { isLoaded } from './node-internals';

/** Those of `files` that have been required, or imported where that is looked for. */
export function loadedAmong(files: readonly string[], imports: boolean): string[] {
  const others = files.filter((file) => !isLoaded(file));
  const urls = imports && others.length > 0 ? scriptUrls() : new Set<string>();
  return files.filter((file) => isLoaded(file) || urls.has(pathToFileURL(file).href));
}

/** Node tells of no registry of ES modules. V8 knows each script, and tells of all at once when its debugger is enabled: some milliseconds. */
function scriptUrls(): ReadonlySet<string> {
  const urls = new Set<string>();
  const session = new Session();
  try {
    session.connect();
    session.on('Debugger.scriptParsed', ({ params }) => urls.add(params.url));
    session.post('Debugger.enable');
  } catch {
    // A hint is not worth a failure of its own, as in a Node without an inspector.
  } finally {
    session.disconnect();
  }
  return urls;
}
