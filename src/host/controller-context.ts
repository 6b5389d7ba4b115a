/**
 * What a controller beside its server has of its host. Server side.
 */
import type { StartCommand } from '../protocol/messages';
import { decode, transferListOf } from '../protocol/values';
import type { Post } from './channel';
import type { HostContext, HostIdentity } from './controller';
import { encodeEvent } from './calls/unclonable';

interface Host {
  readonly identity: HostIdentity;
  readonly post: Post;
  /** Asked for when the controller is. */
  signal(): AbortSignal;
}

export function contextFor({ id, listen, options, data }: StartCommand, { identity, post, signal }: Host): HostContext {
  return {
    listen,
    data: decode(data),
    ...options,
    loop: { ...identity, running: true },
    get signal() {
      return signal();
    },
    emit: (event, args) => {
      const encoded = encodeEvent(event, args);
      post({ type: 'emitted', id, event, args: encoded }, [...transferListOf(encoded)] as never[]);
    },
    requestStop: () => {
      post({ type: 'stopRequested', id });
      return Promise.resolve();
    },
  };
}
