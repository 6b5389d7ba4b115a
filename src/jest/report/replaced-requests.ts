/**
 * What a test has put in the place of the functions that send requests, as nock and msw do, or `jest.spyOn(globalThis, 'fetch')`: all of it
 * acts on the test side only. Jest's realm.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { answeredWithin } from '../../time/answered';

/** Those of Node's modules, which all test files of a process share. */
const FUNCTIONS = [
  ['http', 'request'],
  ['https', 'request'],
  ['http', 'ClientRequest'],
] as const;

/** Says in a thread where nobody has replaced them what they look like. */
const LOOK = `require('worker_threads').parentPort.postMessage(
  ${JSON.stringify(FUNCTIONS)}.map(([module, name]) => Function.prototype.toString.call(require(module)[name])))`;

/** Milliseconds for such a thread to be made, and to tell: there is no code of a server's in it that could block it. */
const LOOK_LIMIT = 5000;

export class ReplacedRequests {
  readonly #global: { readonly fetch?: unknown };
  /** The environment's. Where it has none, a test that makes one replaces nothing. */
  readonly #fetch: unknown;
  /** What an earlier file of this process may have left behind. */
  readonly #before = alreadyLoaded();

  #sawFetch = false;

  /** `global` is the test's, before any of its code has run. */
  constructor(global: object) {
    this.#global = global;
    this.#fetch = this.#global.fetch;
  }

  /** A new test begins. */
  forget(): void {
    this.#sawFetch = false;
  }

  /** Remembers what hooks may put back after the test. */
  glance(): void {
    this.#sawFetch ||= this.#fetch !== undefined && this.#global.fetch !== this.#fetch;
  }

  /** The first of them that is replaced: `fetch`, `http.request`; undefined when all are as before, or Node's own. */
  async find(): Promise<string | undefined> {
    this.glance();
    if (this.#sawFetch) return 'fetch';
    const present = FUNCTIONS.map(([module, name]) => functionOf(module, name));
    if (present.every((each, index) => each === this.#before[index])) return undefined;
    const own = await answeredWithin(LOOK_LIMIT, looksOfNodes());
    const found = FUNCTIONS.find((_, index) => present[index] !== this.#before[index] && lookOf(present[index]) !== own?.[index]);
    return own === undefined ? undefined : found?.join('.');
  }
}

function functionOf(module: 'http' | 'https', name: string): unknown {
  return Reflect.get(process.getBuiltinModule(module), name);
}

/** Those of modules that are loaded: nobody has replaced the others, and to load them takes milliseconds, which few test files have use for. */
function alreadyLoaded(): readonly unknown[] {
  const { moduleLoadList } = process as { readonly moduleLoadList?: readonly string[] };
  return FUNCTIONS.map(([module, name]) =>
    moduleLoadList?.includes(`NativeModule ${module}`) === false ? undefined : functionOf(module, name),
  );
}

function lookOf(one: unknown): string {
  return typeof one === 'function' ? Function.prototype.toString.call(one) : '';
}

let looks: Promise<readonly string[] | undefined> | undefined;

/** What Node's own look like, asked for once a process; undefined where no thread can say that. */
function looksOfNodes(): Promise<readonly string[] | undefined> {
  return (looks ??= lookInThread().catch(() => undefined));
}

async function lookInThread(): Promise<readonly string[]> {
  // Nothing of the user's runs in it.
  const thread = new Worker(LOOK, { eval: true, execArgv: [], env: {} });
  const [seen] = (await once(thread, 'message')) as [readonly string[]];
  return seen;
}
