/**
 * From a bound address to a url, and whether an address is the one that was asked for. Server side.
 */
import { isIP, SocketAddress, type Server } from 'node:net';
import { FactoryError } from '../errors/errors';
import type { BoundAddress, ListenTarget } from '../protocol/messages';
import { isObject, member, method } from './members';

/** The scheme by kind. Judged by members, so that neither http nor tls is loaded for it. */
export function schemeOf(server: Server): string {
  const isHttp = 'keepAliveTimeout' in server || 'updateSettings' in server;
  const isTls = 'setSecureContext' in server;
  if (isHttp) return isTls ? 'https' : 'http';
  return isTls ? 'tls' : 'tcp';
}

/** What `value.address()` gives, if it is an address. */
export function addressOf(value: unknown): BoundAddress | null {
  let address: unknown;
  try {
    address = method(value, 'address')?.();
  } catch {
    return null; // a datagram socket that is not bound throws
  }
  return addressIn(address);
}

/** The port of that address; undefined where it has none. */
export function portOf(value: unknown): number | undefined {
  const address = addressOf(value);
  return typeof address === 'object' ? address?.port : undefined;
}

/** What such an `address()` has given, if it is an address. */
export function addressIn(address: unknown): BoundAddress | null {
  if (typeof address === 'string') return address;
  if (!isObject(address)) return null;
  const [host, family, port] = [member(address, 'address'), member(address, 'family'), member(address, 'port')];
  if (typeof host !== 'string' || typeof port !== 'number') return null;
  return { address: host, family: typeof family === 'string' ? family : `IPv${isIP(host).toString()}`, port };
}

/** The address that a url names, for a server that tells nothing else. */
export function addressInUrl(url: string): BoundAddress | null {
  if (!URL.canParse(url)) return null;
  const { hostname, port, protocol } = new URL(url);
  const number = port === '' ? ({ 'http:': 80, 'https:': 443 }[protocol] ?? 0) : Number(port);
  if (hostname === '' || number === 0) return null;
  const address = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(address);
  return { address, family: family === 0 ? '' : `IPv${family.toString()}`, port: number };
}

/** As in a url: an IPv6 address in brackets, or its last colon and the port's would look the same. */
export function hostAndPort(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port.toString()}`;
}

/**
 * A url that a client in this machine can use. A wildcard is shown as loopback: `0.0.0.0` as `127.0.0.1`, `::` as `localhost`, for it
 * takes both families. A name that was asked for is kept.
 */
export function urlOf(scheme: string, address: BoundAddress, askedHostname: string | undefined): string {
  if (typeof address === 'string') return `unix:${address}`;
  return `${scheme}://${hostFor(address, askedHostname)}:${address.port.toString()}`;
}

function hostFor({ address, family }: Exclude<BoundAddress, string>, asked: string | undefined): string {
  // The most common case, without Node's expressions for addresses, which a new thread would compile for it.
  if (asked === address && family === 'IPv4' && address !== '0.0.0.0') return address;
  if (asked !== undefined && asked !== '' && isIP(asked) === 0) return asked;
  if (address === '0.0.0.0') return '127.0.0.1';
  if (address === '::') return 'localhost';
  return isIP(address) === 6 ? `[${address.replace('%', '%25')}]` : address;
}

/** Holds a server that was adopted, or that chose for itself, to the address that was asked for. @throws FactoryError naming both */
export function checkClaim(address: BoundAddress | null, target: ListenTarget, adopted: boolean): void {
  if (address === null) return;
  const { hostname, port, path, given } = target;
  const fail = (asked: string): never => {
    const actual = typeof address === 'string' ? `path ${address}` : `hostname ${address.address} and port ${address.port.toString()}`;
    const change =
      path === undefined
        ? 'Have factory() give it `this.hostname` and `this.port`, or give the controller no address (with `new`, `undefined` as its hostname ' +
          'and 0 as its port), or the same.'
        : 'Have factory() return it before it listens, if it can listen on a path, or leave out the option `path`.';
    throw new FactoryError(
      `The server listens at ${actual}, but ${asked} was asked for. It listened already when it was handed over, or it takes its address elsewhere. ${change}`,
    );
  };
  if (path !== undefined) {
    if (adopted ? address !== path : typeof address !== 'string') fail(`path ${path}`);
    return;
  }
  const isPort = given.port && port !== 0;
  if (typeof address === 'string') {
    if (isPort || (given.hostname && hostname !== undefined)) fail(`hostname ${String(hostname)} and port ${port.toString()}`);
    return;
  }
  if (isPort && address.port !== port) fail(`port ${port.toString()}`);
  // One that was told where to listen has done so, or has listened everywhere.
  const mayDiffer = given.hostname && (adopted || WILDCARDS.has(address.address));
  if (mayDiffer && hostname !== undefined && !isSameHost(hostname, address.address)) fail(`hostname ${hostname}`);
}

/** Says in the server's output when it has come back from a restart elsewhere: by itself it would be where it was. */
export function tellIfMoved(address: BoundAddress | null, { port, given }: ListenTarget): void {
  if (address === null || typeof address === 'string' || given.port || port === 0 || address.port === port) return;
  process.emitWarning(
    `The server was on port ${port.toString()} before its restart, and is on port ${address.port.toString()} now: it takes its port elsewhere. ` +
      'Let the controller choose, or have factory() give it `this.port`.',
  );
}

const WILDCARDS: ReadonlySet<string> = new Set(['', '0.0.0.0', '::']);
const LOOPBACKS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1']);

/** Names other than localhost are believed: to compare them takes a resolver. */
function isSameHost(asked: string, bound: string): boolean {
  if (WILDCARDS.has(asked)) return WILDCARDS.has(bound);
  if (asked === 'localhost') return LOOPBACKS.has(bound);
  if (bound === 'localhost') return LOOPBACKS.has(asked);
  const family = isIP(asked);
  if (family === 0 || isIP(bound) !== family) return family === 0;
  const [one, other] = [asked, bound].map((ip) => new SocketAddress({ address: ip, family: family === 6 ? 'ipv6' : 'ipv4' }).address);
  return one === other;
}
