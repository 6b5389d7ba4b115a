/**
 * The test side's end of the calls into one running controller: numbers them, settles them, and keeps the functions handed over.
 *
 * It owns no channel: it posts through what it is given and is told what arrives. A call settles with its answer, or with what ended
 * the controller; there is no third way.
 */
import { RemoteError } from '../errors/errors';
import { decodeError, encodeError } from '../protocol/errors';
import { isClass } from '../protocol/is-class';
import type { CallCommand, ControllerId, FromHost, ToHost } from '../protocol/messages';
import { decode, encode, transferListOf, type Encoded, type Transferable, type UnknownFunction } from '../protocol/values';
import { epochNow, now } from '../time/clock';
import { Callbacks } from './callbacks';
import { memberWords, METHOD, type CallChannel, type CallVerb, type MemberCall } from './call-channel';
import { captureCallSite, withCallSite, type CallSite } from './call-site';
import type { Wait } from './wait-for';

export interface RemoteCallsOptions {
  readonly id: ControllerId;
  /** The controller's name, for messages. */
  readonly name: string;
  post(message: ToHost, transfer?: readonly never[]): void;
  /** Blocks this thread until `until()` holds, while what arrives is received, or `deadline()` on the clock of `now()` has passed. */
  wait(until: () => boolean, deadline: () => number): boolean;
  /** Keeps the process alive until `release`: somebody waits for an answer. */
  hold?(): void;
  release?(): void;
  /** Milliseconds that a blocking call waits; a thread that was killed says nothing any more. */
  readonly syncTimeout: number;
}

const NOTHING: Encoded = { value: undefined };

/** Who waits for a call. */
interface Caller {
  /** Where the call was made. */
  site(): CallSite;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

interface Pending extends Caller, Wait {
  readonly verb: CallVerb;
}

export class RemoteCalls implements CallChannel {
  readonly #options: RemoteCallsOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #callbacks: Callbacks;
  #lastCall = 0;
  #end: ((site: () => CallSite) => unknown) | undefined;

  constructor(options: RemoteCallsOptions) {
    this.#options = options;
    const { id, name } = options;
    this.#callbacks = new Callbacks({
      name,
      answer: (callback, outcome) => {
        this.#post({ type: 'callbackAnswer', id, callback, outcome }, outcome.ok ? outcome.value : NOTHING);
      },
    });
  }

  call(asked: MemberCall, given?: CallSite): Promise<unknown> {
    const site = given ?? captureCallSite(this.call);
    const { member } = asked;
    return new Promise((resolve, reject) => {
      this.#send(asked, {
        site: () => site,
        reject,
        resolve: (value) => {
          if (value !== METHOD) resolve(value);
          else reject(withCallSite(new RemoteError(`${member} is a method of ${this.#options.name}: call it, remote.${member}().`), site));
        },
      });
    });
  }

  callSync(asked: MemberCall): unknown {
    const { syncTimeout, name } = this.#options;
    const deadline = now() + syncTimeout;
    const settled: { outcome?: { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown } } = {};
    const call = this.#send(asked, {
      // Its caller still is on the stack when the answer comes, and most answers need no stack.
      site: () => captureCallSite(this.callSync),
      resolve: (value) => (settled.outcome = { ok: true, value }),
      reject: (error) => (settled.outcome = { ok: false, error }),
    });
    if (settled.outcome === undefined) {
      this.#options.wait(
        () => settled.outcome !== undefined,
        () => deadline,
      );
    }
    const { outcome } = settled;
    if (outcome === undefined) {
      if (this.#pending.delete(call)) this.#options.release?.();
      throw new RemoteError(
        `${name}'s ${asked.member} did not answer the blocking call within ${syncTimeout.toString()} ms. ` +
          `If it waits for this thread (a callback that must be awaited, a client of this process), use \`remote\` instead of \`remoteSync\`. ` +
          `If it needs longer, raise the option \`syncTimeout\`.`,
      );
    }
    if (outcome.ok) return outcome.value;
    throw outcome.error;
  }

  /** The calls in flight, and the functions of the test's that the server waits for. */
  get waits(): readonly Wait[] {
    return [...this.#pending.values(), ...this.#callbacks.waits];
  }

  /** Takes what the controller's host said; ignores what is not about calls. */
  receive(message: FromHost): void {
    switch (message.type) {
      case 'returned':
        this.#returned(message.call, message.value);
        break;
      case 'threw':
        this.#take(message.call, (pending) => {
          pending.reject(withCallSite(decodeError(message.error, this.#options.name), pending.site()));
        });
        break;
      case 'callback':
        this.#callbacks.run(message);
        break;
      case 'callbackDropped':
        this.#callbacks.kept.dropped(message.function, message.received);
        break;
      default:
    }
  }

  /**
   * Settles all calls in flight, and every later one, with what `give` gives: it is asked for each, with where that was made, and not where no call
   * comes.
   */
  rejectAll(give: (site: () => CallSite) => unknown): void {
    this.#end ??= give;
    for (const call of [...this.#pending.keys()]) {
      this.#take(call, (pending) => {
        pending.reject(give(() => pending.site()));
      });
    }
    this.#callbacks.clear();
  }

  #send({ subject, member, verb, args }: MemberCall, caller: Caller): number {
    const call = ++this.#lastCall;
    if (this.#end !== undefined) {
      caller.reject(this.#end(() => caller.site()));
      return call;
    }
    const given = verb === 'apply' ? args.find(isClass) : undefined;
    if (given !== undefined) {
      caller.reject(classGiven(given, memberWords(subject, member)));
      return call;
    }
    const { kept } = this.#callbacks;
    const sent: number[] = [];
    const keep = (handedOver: UnknownFunction): number => {
      const number = kept.keep(handedOver);
      sent.push(number);
      return number;
    };
    try {
      const encoded = args.length === 0 ? NOTHING : encode(args, keep, 'arguments');
      const { id } = this.#options;
      const command: CallCommand = { type: 'call', id, call, subject, member, verb, args: encoded };
      this.#post(command, encoded);
    } catch (error) {
      for (const number of sent) kept.takeBack(number);
      caller.reject(asOurs(error, member));
      return call;
    }
    this.#options.hold?.();
    const told = (): string => `${this.#options.name}: the call of ${memberWords(subject, member)} had not settled.`;
    this.#pending.set(call, { ...caller, verb, since: epochNow(), told });
    return call;
  }

  #returned(call: number, value: Encoded): void {
    this.#take(call, (pending) => {
      let decoded: unknown;
      try {
        decoded = decode(value, pending.verb === 'get' ? () => METHOD_STAND_IN : undefined);
      } catch (error) {
        pending.reject(error);
        return;
      }
      pending.resolve(decoded === METHOD_STAND_IN ? METHOD : decoded);
    });
  }

  #take(call: number, settle: (pending: Pending) => void): void {
    const pending = this.#pending.get(call);
    if (pending === undefined) return;
    this.#pending.delete(call);
    this.#options.release?.();
    settle(pending);
  }

  #post(message: ToHost, encoded: Encoded): void {
    if (this.#end !== undefined) return;
    const transfer: readonly Transferable[] = transferListOf(encoded);
    this.#options.post(message, transfer as readonly never[]);
  }
}

/** Stands for a method where it was read as a field. */
const METHOD_STAND_IN = (): Promise<unknown> => Promise.reject(new RemoteError('A method was read, not called.'));

/** A container of the server's would look for the class of the test in vain. */
function classGiven({ name }: { readonly name: string }, words: string): RemoteError {
  return new RemoteError(
    `${words}() was given the class ${name}, but the server side has one of its own: use that in a method of the controller's class, and call the method.`,
  );
}

/** Errors of the channel itself, a DataCloneError say, are of another realm; ours pass. */
function asOurs(error: unknown, member: string): unknown {
  if (error instanceof RemoteError) return error;
  const cause = decodeError(encodeError(error));
  return new RemoteError(`${member} could not be called: ${cause.message}`, { cause });
}
