/**
 * Where V8 says that a function was written. Test side.
 */
import * as inspector from 'node:inspector';
import util from 'node:util';

const HANDOVER = Symbol.for('jest-controller.handover');

/** The URL of the script that defines a function, as the debugger's protocol tells it; takes 20 to 200 ms. */
export function functionLocation(defined: object): string | undefined {
  const session = new inspector.Session();
  const urls = new Map<string, string>();
  let location: string | undefined;
  // `node:util` is one object in all realms, the protocol's default realm included; the globals are not. (A namespace import would be a copy.)
  const shared = util as unknown as Record<symbol, unknown>;
  try {
    session.connect();
    session.on('Debugger.scriptParsed', ({ params }) => urls.set(params.scriptId, params.url));
    session.post('Debugger.enable');
    shared[HANDOVER] = defined;
    const expression = `process.getBuiltinModule('node:util')[Symbol.for('jest-controller.handover')]`;
    session.post('Runtime.evaluate', { expression }, (error, evaluated) => {
      const objectId = error === null ? evaluated.result.objectId : undefined;
      if (objectId === undefined) return;
      session.post('Runtime.getProperties', { objectId, ownProperties: true }, (failure, properties) => {
        if (failure !== null) return;
        const internal = properties.internalProperties?.find(({ name }) => name === '[[FunctionLocation]]');
        const place = internal?.value?.value as { scriptId?: string } | undefined;
        location = urls.get(place?.scriptId ?? '');
      });
    });
  } catch {
    return undefined;
  } finally {
    Reflect.deleteProperty(shared, HANDOVER);
    session.disconnect();
  }
  return location;
}
