/**
 * What the `listen` or `start` of an object known by its verbs is called with. Server side; pure.
 *
 * Most take what Node's `listen` takes. Where the names of the parameters say something else, as those of `start(port, encoding)` or
 * `start(callback)`, each is given what it is named for, and one with a name that says nothing is left to its default. One for options gets them all.
 */
import type { ListenTarget } from '../../protocol/messages';
import { parameterNames } from '../function-text';
import { member } from '../members';

/** What an argument is for. In place of a port there may be a path. */
type Role = 'port' | 'hostname' | 'callback' | 'options';

/** What a function is given, one after the other; undefined is what its default stands for. */
type Order = readonly (Role | undefined)[];

/** How a function is called. */
export interface Call {
  /** What it is given. */
  args(callback: (given?: unknown) => void): unknown[];
  /** Whether it has a parameter for the callback, which is then to be waited for. */
  readonly callsBack: boolean;
  /** What it has for parameters and what it is given for them, where the name of one does not say what it is for, or none can be read. */
  readonly guess?: { readonly parameters: string; readonly given: string };
}

const NAMES: readonly (readonly [Role, RegExp])[] = [
  ['options', /^_*(?:opts?|options|config|configuration|settings)$|(?:Options|Opts|Config)$/],
  ['port', /^_*(?:port|PORT|\w+(?:Port|_port))$/],
  ['callback', /^_*(?:cb|fn|done|next|ready|resolve)$|callback|Callback|Cb$|^listener$|Listener$|^on[A-Z_]/],
  ['hostname', /host|addr|iface|interface|bind|^_*ip$|Ip$/i],
];

/** Options that are taken apart, of which one is the port. */
const TAKEN_APART = /^\{(?:[^{}]*,)?\s*port\b/;

/** What is listened to by clients, as of a broker or a database: `listen(channel, callback)`. */
const HEARD = /^(?:names?|channels?|events?|(?:channel|event|queue|topic)_?[Nn]ame|topics?|subjects?|queues?|patterns?|signals?)$/;

/** Whether `value` has a `listen` that is not for clients to come, but for what comes of a server elsewhere. */
export function listensToMessages(value: unknown): boolean {
  const [first = ''] = parameterNames(member(value, 'listen'));
  return HEARD.test(first);
}

/** How `called` is told to listen at `target`: in the `usual` order, unless its parameters are named for another. */
export function callOf(called: unknown, target: ListenTarget, usual = usualOrder(target)): Call {
  const names = parameterNames(called);
  const roles = rolesOf(names, usual);
  const meant = roles[0] === undefined ? roles.map((role, index) => role ?? usual[index]) : roles;
  const isUsual = meant.every((role, index) => role === usual[index]);
  const mayCallBack = isUsual && usual.length > 0 && Number(member(called, 'length')) >= usual.length;
  const order = isUsual ? usual : orderOf(meant);
  const guess = { parameters: names.join(', ').replace(/\s+/g, ' '), given: order.map(nameOf).join(', ') };
  return {
    args: fill(order, target),
    callsBack: roles.includes('callback') || mayCallBack,
    ...((roles.length === 0 || roles.some(isGuessed)) && order.length > 0 && { guess }),
  };
}

function usualOrder({ path }: ListenTarget): Order {
  return path === undefined ? ['port', 'hostname', 'callback'] : ['port', 'callback'];
}

/** A second port, or a second hostname, is for something else. A callback that no parameter is named for may be looked for behind them. */
function orderOf(roles: Order): Order {
  const order = roles.map((role, index) => (roles.indexOf(role) === index ? role : undefined));
  return roles.includes('callback') ? order : [...order, 'callback'];
}

/** Node calls it `host`, others `hostname`. */
function fill(order: Order, { port, hostname, path }: ListenTarget): Call['args'] {
  const known = path === undefined ? { port, hostname } : { port: path, hostname: undefined };
  const options = path === undefined ? { port, ...(hostname !== undefined && { host: hostname, hostname }) } : { path };
  return (callback) => order.map((role) => role && { ...known, options, callback }[role]);
}

/** For a message. */
function nameOf(role: Order[number]): string {
  return role === 'options' ? '{ port, host, hostname }' : String(role);
}

/** Options behind a port are for something else, and so they are where nothing is usual, unless the port is one of them. */
function rolesOf(names: readonly string[], usual: Order): Order {
  return names.map((name, index) => {
    if (TAKEN_APART.test(name)) return index === 0 ? 'options' : undefined;
    const role = roleOf(name);
    return role === 'options' && (index > 0 || usual.length === 0) ? undefined : role;
  });
}

/** Nobody knows what is in options. */
function isGuessed(role: Order[number]): boolean {
  return role === undefined || role === 'options';
}

function roleOf(name: string): Role | undefined {
  if (!/^[\w$]+$/.test(name) || /Or[A-Z]/.test(name)) return undefined; // it is taken apart, or may be several things
  return NAMES.find(([, pattern]) => pattern.test(name))?.[0];
}
