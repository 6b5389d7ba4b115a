/**
 * Where V8 says that a function was written. Test side.
 */
import * as inspector from 'node:inspector';
import util from 'node:util';

const HANDOVER = Symbol.for('jest-controller.handover');

/** The URL of the script that defines a function, as the inspector's protocol tells it; takes 20 to 200 ms. */
export function functionLocation(defined: object): string | undefined {
  const session = new inspector.Session();
  try {
    session.connect();
    const scriptId = scriptOf(session, defined);
    return scriptId === undefined ? undefined : (urlOfUsed(session, scriptId) ?? urlOfParsed(session, scriptId));
  } catch {
    return undefined;
  } finally {
    session.disconnect();
  }
}

function scriptOf(session: inspector.Session, defined: object): string | undefined {
  // `node:util` is one object in all realms, the protocol's default realm included; the globals are not. (A namespace import would be a copy.)
  const shared = util as unknown as Record<symbol, unknown>;
  let scriptId: string | undefined;
  try {
    shared[HANDOVER] = defined;
    const expression = `process.getBuiltinModule('node:util')[Symbol.for('jest-controller.handover')]`;
    session.post('Runtime.evaluate', { expression }, (error, evaluated) => {
      const objectId = error === null ? evaluated.result.objectId : undefined;
      if (objectId === undefined) return;
      session.post('Runtime.getProperties', { objectId, ownProperties: true }, (failure, properties) => {
        if (failure !== null) return;
        const internal = properties.internalProperties?.find(({ name }) => name === '[[FunctionLocation]]');
        scriptId = (internal?.value?.value as { scriptId?: string } | undefined)?.scriptId;
      });
    });
  } finally {
    Reflect.deleteProperty(shared, HANDOVER);
  }
  return scriptId;
}

/** Knows the scripts of which a function has run, and takes nothing from others who count coverage. */
function urlOfUsed(session: inspector.Session, scriptId: string): string | undefined {
  let url: string | undefined;
  session.post('Profiler.getBestEffortCoverage', (error, covered) => {
    if (error === null) url = covered.result.find((script) => script.scriptId === scriptId)?.url;
  });
  return url;
}

/** Knows all scripts. Who counts coverage in this thread loses that of branches by it: V8 forgets them when a debugger leaves. */
function urlOfParsed(session: inspector.Session, scriptId: string): string | undefined {
  const urls = new Map<string, string>();
  session.on('Debugger.scriptParsed', ({ params }) => urls.set(params.scriptId, params.url));
  session.post('Debugger.enable');
  return urls.get(scriptId);
}
