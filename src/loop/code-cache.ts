/**
 * Keeps what threads found out, for the threads after them: the host's compiled code, and where the modules of node_modules are and
 * their compiled code. Test side, or the environment's realm.
 */
import type { Worker } from 'node:worker_threads';
import type { CompiledHost, CompiledHostMessage, FoundModulesMessage, ModuleBatch } from '../protocol/channels';

const CODE = Symbol.for('jest-controller.compiled by entry');

/** Bytes of modules that are kept; no project that was seen comes near it. */
const MOST_BYTES = 256 * 1024 * 1024;

/** Of one host's entry: another install of this package may keep all of it in another form. */
interface Kept {
  host: CompiledHost | undefined;
  readonly batches: SharedArrayBuffer[];
  readonly contents: Set<string>;
  bytes: number;
}

/** One a process where that can be. */
function keptBy(entry: string): Kept {
  const holder = process as unknown as { [CODE]?: Map<string, Kept> };
  const stores = (holder[CODE] ??= new Map());
  let store = stores.get(entry);
  if (store === undefined) stores.set(entry, (store = { host: undefined, batches: [], contents: new Set(), bytes: 0 }));
  return store;
}

/** The host that this entry runs, compiled; undefined until a thread has given it. */
export function compiledHost(entry: string): CompiledHost | undefined {
  return keptBy(entry).host;
}

/** What this entry's threads have found out about modules until now. */
export function foundModules(entry: string): readonly SharedArrayBuffer[] {
  return keptBy(entry).batches;
}

/** Takes what the thread gives. Call it before `unref`, which a later listener would undo. */
export function keepCodeOf(worker: Worker, entry: string): void {
  worker.on('message', (message: Partial<CompiledHostMessage & FoundModulesMessage> | null) => {
    if (typeof message !== 'object' || message === null) return;
    const store = keptBy(entry);
    if (isCompiledHost(message.compiledHost)) {
      const { code, text } = message.compiledHost;
      store.host = { code: shared(code), text: shared(text) };
    }
    if (isBatch(message.foundModules)) keepBatch(store, message.foundModules);
  });
}

/** A copy that goes to a thread without being copied once more. */
function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
  copy.set(bytes);
  return copy;
}

function keepBatch(store: Kept, { contents, shared }: ModuleBatch): void {
  if (store.bytes + shared.byteLength > MOST_BYTES || contents.every((content) => store.contents.has(content))) return;
  store.batches.push(shared);
  store.bytes += shared.byteLength;
  for (const content of contents) store.contents.add(content);
}

function isCompiledHost(value: CompiledHost | undefined): value is CompiledHost {
  return ArrayBuffer.isView(value?.code) && ArrayBuffer.isView(value.text);
}

function isBatch(value: ModuleBatch | undefined): value is ModuleBatch {
  return typeof value === 'object' && Array.isArray(value.contents) && value.shared instanceof SharedArrayBuffer;
}
