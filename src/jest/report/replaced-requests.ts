/**
 * What a test has put in the place of the functions that send requests, as nock and msw do, or `jest.spyOn(globalThis, 'fetch')`: all of it
 * acts on the test side only. Jest's realm.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { answeredWithin } from '../../time/answered';

/** Says in a thread where nobody has replaced them what they look like; here it shows what stands in their place. */
const LOOK = `[['http', 'request'], ['https', 'request'], ['http', 'ClientRequest']].map(([module, name]) => [
  module + '.' + name,
  Function.prototype.toString.call(require(module)[name]),
])`;

/** Milliseconds for such a thread to be made, and to tell: there is no code of a server's in it that could block it. */
const LOOK_LIMIT = 5000;

type Looks = readonly (readonly [name: string, text: string])[];

export class ReplacedRequests {
  readonly #global: { readonly fetch?: unknown };
  /** Where the environment has none, a test that makes one replaces nothing. */
  readonly #hasFetch: boolean;

  #sawFetch = false;

  constructor(global: object) {
    this.#global = global;
    this.#hasFetch = 'fetch' in global;
  }

  /** A new test begins. */
  forget(): void {
    this.#sawFetch = false;
  }

  /** Remembers what hooks may put back after the test. */
  glance(): void {
    this.#sawFetch ||= this.#hasFetch && this.#global.fetch !== globalThis.fetch;
  }

  /** The first of them that is replaced: `fetch`, `http.request`; undefined when all are Node's own. */
  async find(): Promise<string | undefined> {
    this.glance();
    if (this.#sawFetch) return 'fetch';
    const own = await answeredWithin(LOOK_LIMIT, lookInThread());
    return own === undefined ? undefined : lookHere().find(([, text], index) => text !== own[index]?.[1])?.[0];
  }
}

function lookHere(): Looks {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the same words for both sides
  return (new Function('require', `return ${LOOK}`) as (require: NodeJS.Require) => Looks)(require);
}

async function lookInThread(): Promise<Looks> {
  // Nothing of the user's runs in it.
  const thread = new Worker(`require('worker_threads').parentPort.postMessage(${LOOK})`, { eval: true, execArgv: [], env: {} });
  const [looks] = (await once(thread, 'message')) as [Looks];
  return looks;
}
