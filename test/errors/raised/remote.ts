/**
 * What is raised of calls across, on both ends of the wire.
 */
import { construct, Controller as HostController } from '../../../src/host/controller';
import { reach } from '../../../src/host/calls/members';
import { RemoteAnswers } from '../../../src/host/calls/remote';
import { encodeEvent } from '../../../src/host/calls/unclonable';
import { decodeError } from '../../../src/protocol/errors';
import type { FromHost, ToHost } from '../../../src/protocol/messages';
import { refuse } from '../../../src/protocol/refusal';
import { decode, encode, type Encoded } from '../../../src/protocol/values';
import type { MemberCall } from '../../../src/remote/call-channel';
import { RemoteCalls } from '../../../src/remote/calls';
import { createRemote, createRemoteSync, withSignal } from '../../../src/remote/proxy';
import { pollUntil, type Endable } from '../../../src/remote/wait-for';
import type { Raised } from './raised';

const channel = { call: () => Promise.resolve(), callSync: () => undefined };
const signal = new AbortController().signal;

const calls = (post: (message: ToHost) => void = () => undefined): RemoteCalls =>
  new RemoteCalls({ id: 1, name: 'EchoController', post, wait: () => false, syncTimeout: 20 });

/** The error in what one end posted for the other. */
const errorIn = (message: ToHost | FromHost | undefined): unknown => {
  if (message?.type === 'threw') return decodeError(message.error);
  if (message?.type === 'callbackAnswer' && !message.outcome.ok) return decodeError(message.outcome.error);
  return message;
};

const answered = async (owner: object, member: string, verb: 'apply' | 'set', ...args: unknown[]): Promise<unknown> => {
  let posted: FromHost | undefined;
  const answers = new RemoteAnswers(((message: FromHost) => (posted = message)) as never, {
    controller: () => owner,
    server: () => undefined,
  });
  await answers.answer({ type: 'call', id: 1, call: 1, subject: 'controller', member, verb, args: encode(args) });
  return errorIn(posted);
};

/** A function of the test's, called beside the server when the controller has been stopped. */
const calledTooLate = async (): Promise<unknown> => {
  let handed: ((...args: unknown[]) => Promise<unknown>) | undefined;
  const owner = { take: (given: typeof handed) => void (handed = given) };
  const answers = new RemoteAnswers((() => undefined) as never, { controller: () => owner, server: () => undefined });
  const args = encode([() => 1], () => 0);
  await answers.answer({ type: 'call', id: 1, call: 1, subject: 'controller', member: 'take', verb: 'apply', args });
  answers.stop();
  return handed?.();
};

class Beside extends HostController {
  factory() {
    return {};
  }
  /** As plain JavaScript writes it, unwarned: an emitter has a method of that name. */
  override listeners(): never[] {
    return [];
  }
}

const beside = (): HostController =>
  construct(Beside as never, {
    listen: { hostname: '127.0.0.1', port: 0, path: undefined, given: { hostname: false, port: false } },
    data: undefined,
    readyTimeout: 1,
    loadTimeout: 1,
    stopTimeout: 1,
    loop: { kind: 'thread', number: 1, running: true },
    signal,
    emit: () => undefined,
    requestStop: () => Promise.resolve(),
  });

const malformed = (value: unknown, nodes?: unknown, next: unknown = []): Raised['raise'] => {
  const encoded = { value: value === 'next' ? next : value, nodes, next } as unknown as Encoded;
  return () => decode(encoded);
};

const unreadable: readonly (readonly [string, Raised['raise']])[] = [
  ['is no message', () => decode(5 as never)],
  ['is a function', malformed(() => 1)],
  ['has no table', malformed({})],
  ['is a list with objects', malformed([{}])],
  ['has a table with a hole', malformed('next', [])],
  ['refers to nothing', malformed([7], [[2]])],
  ['has a kind that nobody knows', malformed('next', [[99]])],
  ['boxes nothing', malformed('next', [[8, undefined]])],
  ['brings a function', malformed('next', [[13, 0, 'f']])],
  ['has an invalid part', malformed('next', [[10, 'NoSuchView', new ArrayBuffer(1), 0, 1]])],
];

const ADD: MemberCall = { subject: 'controller', member: 'add', verb: 'apply', args: [] };

export const REMOTE: readonly Raised[] = [
  {
    when: 'a method is awaited',
    names: ['add', 'EchoController', 'remote.add()'],
    async raise() {
      const remote = calls();
      const read = remote.call({ ...ADD, verb: 'get' });
      remote.receive({
        type: 'returned',
        id: 1,
        call: 1,
        value: encode(
          () => 1,
          () => 0,
        ),
      });
      await read;
    },
  },
  {
    when: 'a blocking call is not answered',
    names: ['EchoController', 'add', '20 ms', 'syncTimeout'],
    raise: () => calls().callSync(ADD),
  },
  {
    when: 'a function of a stopped controller is called',
    names: ['function', 'controller'],
    raise() {
      let posted: ToHost | undefined;
      calls((message) => (posted = message)).receive({ type: 'callback', id: 1, callback: 1, function: 99, args: encode([]) });
      return errorIn(posted);
    },
  },
  {
    when: 'an argument cannot cross',
    names: ['arguments[0].when'],
    raise: () => calls().call({ ...ADD, args: [{ when: Symbol('never') }] }),
  },
  {
    when: 'the channel refuses a call',
    names: ['add'],
    raise: () =>
      calls(() => {
        throw new TypeError('port is closed. Open it');
      }).call(ADD),
  },
  {
    when: 'remote is assigned to',
    names: ['remote.count', 'remoteSync.count'],
    raise: () => Reflect.set(createRemote(channel, 'controller'), 'count', 1),
  },
  {
    when: 'a class is handed over',
    names: ['remote.add()', 'class Beside', 'method'],
    raise: () => calls().call({ ...ADD, args: [Beside] }),
  },
  {
    when: 'server is assigned to',
    names: ['server.timeout'],
    raise: () => Reflect.set(createRemote(channel, 'server'), 'timeout', 1),
  },
  {
    when: 'a spy is put on remote',
    names: ['remote.count', 'spyOn', 'jest-mock'],
    raise: () => Reflect.set(createRemote(channel, 'controller'), 'count', () => 1),
  },
  {
    when: 'a member that is not awaited is put into a text',
    names: ['remote.count'],
    raise: () => String((createRemote(channel, 'controller') as { count: unknown }).count),
  },
  {
    when: 'a member of a member of remote is read',
    names: ['remote.session.user', '(await remote.session).user', 'method'],
    raise: () => (createRemote(channel, 'controller') as { session: { user: unknown } }).session.user,
  },
  {
    when: 'a member of a member of remote is written',
    names: ['remote.session.user', 'method'],
    raise: () => Reflect.set((createRemote(channel, 'controller') as { session: object }).session, 'user', 'ada'),
  },
  {
    when: 'a blocking call gets a signal',
    names: ['remoteSync'],
    raise: () => withSignal(createRemoteSync(channel, 'controller'), signal),
  },
  { when: 'withSignal gets something else', names: ['remote', '{}'], raise: () => withSignal({}, signal) },
  {
    when: 'waitFor waits in vain',
    names: ['EchoController', 'timeout: 5', '0'],
    raise: () => pollUntil(() => 0, { timeout: 5, name: 'EchoController', onEvent: () => () => undefined }),
  },
  {
    when: 'the file of a test is over while it waits',
    names: ['EchoController', 'await it'],
    raise: () => {
      const waits = new Set<Endable>();
      const wait = pollUntil(() => 0, { timeout: 60_000, name: 'EchoController', onEvent: () => () => undefined, waits });
      for (const { end } of waits) end();
      return wait;
    },
  },
  {
    when: 'what is called is not there yet',
    names: ['server', 'getConnections'],
    raise: () => answered(null as never, 'getConnections', 'apply').then(() => reach(undefined, 'server', 'getConnections')),
  },
  {
    when: 'a member is not there',
    names: ['Inbox', 'tak', 'take'],
    raise: () =>
      answered(
        new (class Inbox {
          take() {}
        })(),
        'tak',
        'apply',
      ),
  },
  {
    when: 'a member is named as one of each controller',
    names: ['Beside', 'listeners', 'name'],
    raise: () => answered(beside(), 'listeners', 'apply'),
  },
  {
    when: 'a module has another member',
    names: ['The module', 'tak', 'take', 'export it'],
    raise: () => answered({ take() {} }, 'tak', 'apply'),
  },
  { when: 'nothing is there', names: ['The module', 'take'], raise: () => answered({}, 'take', 'apply') },
  {
    when: 'a getter is assigned to',
    names: ['size'],
    raise: () =>
      answered(
        {
          get size() {
            return 1;
          },
        },
        'size',
        'set',
        2,
      ),
  },
  { when: 'a result cannot cross', names: ['open()', 'a function'], raise: () => answered({ open: () => () => 1 }, 'open', 'apply') },
  { when: 'a function of the test is called after stop', names: ['function', 'signal'], raise: calledTooLate },
  {
    when: 'an event cannot cross',
    names: ["emit('mail')", 'argument 2 .body', 'a function'],
    raise: () => encodeEvent('mail', ['text', { body() {} }]),
  },
  { when: 'a controller is made beside a server', names: ['Beside', 'data'], raise: () => new Beside() },
  { when: 'a taken event is emitted', names: ['"ready"', 'this.emit()'], raise: () => beside().emit('ready') },
  {
    when: 'a test-side method is called beside the server',
    names: ['restart()'],
    raise: () => (beside() as unknown as { restart(): void }).restart(),
  },
  {
    when: 'memory is to be shared with a process',
    names: ['MessagePort', 'ThreadLoop'],
    raise: () => errorIn(refuse({ type: 'call', id: 1, call: 1 }, new Error('cannot')).back),
  },
  {
    when: 'a thrown value is no error',
    names: ["'just text'", 'string'],
    raise: () => decodeError({ thrown: encode('just text'), shown: "'just text' (string)" }),
  },
  { when: 'an error cannot be read', names: ['other side', 'parentPort'], raise: () => decodeError({ thrown: 5 as never }) },
  ...unreadable.map(([what, raise]) => ({ when: `a message ${what}`, names: ['other side', 'parentPort'], raise })),
];
