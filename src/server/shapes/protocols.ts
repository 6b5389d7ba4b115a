/**
 * Servers of one protocol that take or tell their address in a way of their own: SMTP and DNS. Server side.
 */
import type { BoundAddress, ListenTarget } from '../../protocol/messages';
import { addressIn } from '../address';
import { member, method } from '../members';
import type { Listening } from '../types';
import { isInner } from './insides';
import { launch, listenByListen, told } from './lifecycles';

/** smtp-server: nothing but its url's scheme is special. */
export async function listenSmtp(value: object, target: ListenTarget): Promise<Listening> {
  const listening = await listenByListen(value, target);
  const isTls = listening.servers?.some((server) => 'setSecureContext' in server) ?? false;
  return { ...listening, scheme: isTls ? 'smtps' : 'smtp' };
}

/**
 * dns2: it listens by UDP, TCP and HTTP, whichever it has, the first two on the same port if one was asked for. Its address is that of the first it
 * has. Node's TCP servers call `host` what its UDP sockets call `address`.
 */
export async function listenDns(value: object, { hostname, port }: ListenTarget): Promise<Listening> {
  const where = hostname === undefined ? { port } : { port, address: hostname, host: hostname };
  const adopted = firstOf(value) !== undefined;
  const listening = adopted
    ? told(value, Object.values(member(value, 'servers') ?? {}).filter(isInner), true)
    : await launch(value, {
        verb: 'listen',
        args: (callback) => [{ udp: where, tcp: where, doh: { ...where, port: 0 } }, callback],
        waits: true,
        port,
      });
  const [kind = 'udp', address = listening.address] = firstOf(value) ?? [];
  if (kind === 'udp' || kind === 'tcp') return { ...listening, address, scheme: kind };
  return { ...listening, address };
}

/** What a server for DNS is reached by first, and where; undefined when it does not listen. */
function firstOf(dns: object): [kind: string, address: BoundAddress] | undefined {
  let addresses: unknown;
  try {
    addresses = method(dns, 'addresses')?.();
  } catch {
    return undefined; // as a datagram socket does that is not bound
  }
  for (const kind of ['udp', 'tcp', 'doh']) {
    const address = addressIn(member(addresses, kind));
    if (address !== null) return [kind, address];
  }
  return undefined;
}
