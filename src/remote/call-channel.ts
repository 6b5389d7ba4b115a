/**
 * What a remote handle calls through. Test side.
 */
import type { CallCommand, CallSubject } from '../protocol/messages';
import type { CallSite } from './call-site';

export type CallVerb = CallCommand['verb'];

/** What is asked of a member on the server side. */
export interface MemberCall {
  readonly subject: CallSubject;
  readonly member: string;
  readonly verb: CallVerb;
  readonly args: readonly unknown[];
}

export interface CallChannel {
  /** `site` is where the user asked for it, unless that is where this is called. */
  call(asked: MemberCall, site?: CallSite): Promise<unknown>;
  /** Blocks this thread. @throws what the member throws */
  callSync(asked: MemberCall): unknown;
}

/** What reading a member gives when it is a method, for the blocking handle to tell the two apart. */
export const METHOD: unique symbol = Symbol('method');

/** What a user writes for the member, in messages. */
export function memberWords(subject: CallSubject, member: string): string {
  return `${subject === 'server' ? 'server' : 'remote'}.${member}`;
}
