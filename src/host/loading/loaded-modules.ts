/**
 * Which modules have been loaded, for who compares them with what a failing test mocks. Server side; loaded when it is asked.
 */
import { Session } from 'node:inspector';
import { pathToFileURL } from 'node:url';
import { isLoaded } from './node-internals';

/** Those of `files` that have been required, or imported where `importedUrls` tells of them. */
export function loadedAmong(files: readonly string[], importedUrls: () => ReadonlySet<string>): string[] {
  const others = files.filter((file) => !isLoaded(file));
  const urls = others.length > 0 ? importedUrls() : new Set<string>();
  return files.filter((file) => isLoaded(file) || urls.has(pathToFileURL(file).href));
}

/** Node tells of no registry of ES modules. V8 knows each script, and tells of all at once when its debugger is enabled: some milliseconds. */
export function scriptUrls(): ReadonlySet<string> {
  return ask((session, found) => {
    session.on('Debugger.scriptParsed', ({ params }) => {
      found(params.url);
    });
    session.post('Debugger.enable');
  });
}

/** The same where V8 counts coverage: it forgets the counts of branches when a debugger leaves, and knows by them what has run. */
export function countedUrls(): ReadonlySet<string> {
  return ask((session, found) => {
    session.post('Profiler.getBestEffortCoverage', (error, covered) => {
      if (error === null) for (const { url } of covered.result) found(url);
    });
  });
}

function ask(question: (session: Session, found: (url: string) => void) => void): ReadonlySet<string> {
  const urls = new Set<string>();
  const session = new Session();
  try {
    session.connect();
    question(session, (url) => urls.add(url));
  } catch {
    // A hint is not worth a failure of its own, as in a Node without an inspector.
  } finally {
    session.disconnect();
  }
  return urls;
}
