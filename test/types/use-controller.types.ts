/**
 * What the compiler infers from useController, and what it refuses. Compiled by types.test.ts in a project of its own, never run.
 */
import type { RequestListener, Server as HttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import {
  Controller,
  InvalidOptionError,
  ProcessLoop,
  ThreadLoop,
  useController,
  useControllers,
  type BoundAddress,
  type CannotCross,
  type ControllerHandle,
  type ControllerOptions,
  type ControllerState,
  type LogLine,
  type Remote,
  type Started,
  type StopReport,
  type UseControllerOptions,
} from 'jest-controller';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(..._proof: Same<A, B> extends true ? [] : ['these types differ', A, B]): void {}

class Echo extends Controller {
  readonly limit = 3;
  private secret = 'kept';
  factory(): Server {
    return createServer();
  }
  add(a: number, b: number): number {
    return a + b;
  }
  async load(key: string): Promise<Map<string, Date>> {
    return new Map([[key + this.secret, new Date()]]);
  }
  expose(): () => void {
    return () => undefined;
  }
  async *rows(): AsyncGenerator<string> {
    yield this.secret;
  }
}

class Told extends Controller<{ readonly mailPort: number }> {
  factory(): Server {
    return createServer().listen(this.data.mailPort);
  }
}

// A class: its own members are reached through remote only, as promises.
const echo = useController(Echo);
same<typeof echo.url, string>();
same<typeof echo.port, number>();
same<typeof echo.state, ControllerState>();
same<typeof echo.logs, readonly LogLine[]>();
same<ReturnType<typeof echo.remote.add>, Promise<number>>();
same<ReturnType<typeof echo.remote.load>, Promise<Map<string, Date>>>();
same<ReturnType<typeof echo.stop>, Promise<StopReport>>();
const awaited: Promise<Map<string, Date>> = echo.waitFor(async (remote) => (await remote.limit) > 2 && remote.load('key'));
const limit: Promise<number> = echo.remote.limit;
const blocking: number = echo.remoteSync.add(1, 2);
// @ts-expect-error -- the twin on the test side has no server
echo.factory();
// @ts-expect-error -- the class's own members are on the other side
echo.add(1, 2);
// @ts-expect-error -- private members are not remote
echo.remote.secret;
// @ts-expect-error -- a number is asked for
echo.remote.add('1', 2);
// @ts-expect-error -- what it returns cannot cross
echo.remote.expose();
same<typeof echo.remote.expose, CannotCross<'a function'>>();
// @ts-expect-error -- nor can rows that come one by one
echo.remote.rows();
same<Awaited<ReturnType<typeof echo.start>>, typeof echo>();

// Events: a listener's own types are believed where the class declares none; without them they are unknown.
echo.on('echoed', (bytes: Buffer, times?: number) => bytes.length + (times ?? 0));
echo.once('echoed', (bytes, times) => {
  same<[typeof bytes, typeof times], [unknown, unknown]>();
});
echo.on('log', ({ text }) => text.length);

interface MailEvents {
  mail: [to: string, size: number];
}
class Mailbox extends Controller<undefined, MailEvents> {
  factory(): Server {
    return createServer(() => this.emit('mail', 'ada', 1));
  }
}
const mailbox = useController(Mailbox);
mailbox.on('mail', (to, size) => {
  same<[typeof to, typeof size], [string, number]>();
});
class Postbox extends Controller<undefined, { post: [weight: number] }> {
  factory(): Server {
    return createServer();
  }
}
useController(Postbox).on('post', (weight) => {
  same<typeof weight, number>();
});
const { box } = useControllers({ box: Mailbox });
box.once('mail', (to) => to.length);
const anyOne: Controller = new Mailbox();
anyOne.on('mail', (to: string) => to.length);
void new Mailbox().start().then((started) => started.on('mail', (to) => to.length));
// @ts-expect-error -- a mail says its addressee first
mailbox.on('mail', (size: number) => size);
// @ts-expect-error -- there is no such event
mailbox.on('male', () => undefined);

// Data: of the type that the class asks for.
const told = useController(Told, { data: { mailPort: 25 } });
same<typeof told.data, { readonly mailPort: number }>();
// @ts-expect-error -- a port is a number
useController(Told, { data: { mailPort: '25' } });

// Data may be left out: the constructor may have its own.
class TellsItself extends Controller<{ readonly mailPort: number }> {
  constructor(hostname?: string, port?: number, options?: ControllerOptions<{ readonly mailPort: number }>) {
    super(hostname, port, { data: { mailPort: 25 }, ...options });
  }
  factory(): Server {
    return createServer();
  }
}
useController(TellsItself);
useController(TellsItself, { readyTimeout: 1 });

// A function of the user's own may be generic about the class.
function wrapped<C extends Controller>(Class: new (hostname?: string, port?: number) => C): ControllerHandle<C, C['data']> {
  return useController(Class) as ControllerHandle<C, C['data']>;
}
same<ReturnType<ReturnType<typeof wrapped<Echo>>['remote']['add']>, Promise<number>>();
// What a test leaves to the default may be undefined, also where `exactOptionalPropertyTypes` tells that from an option left out.
useController(Echo, { readyTimeout: undefined, loop: new ThreadLoop({ resourceLimits: undefined }) });
useController(Echo, { scope: undefined, export: undefined, loop: new ProcessLoop({ execArgv: undefined, cwd: undefined }) });
void [echo.waitFor((remote) => remote.limit, { timeout: undefined }), echo.waitForLog('up', { timeout: undefined })];
void [echo.idle({ timeout: undefined }), echo.start({ signal: undefined })];
// @ts-expect-error -- no such option
useController(Echo, { readyTimout: 1 });
// @ts-expect-error -- no such scope
useController(Echo, { scope: 'universe' });

// A server of the run has a process of its own.
useController(Echo, { scope: 'run' });
useController(Echo, { scope: 'test', loop: new ThreadLoop() });
// @ts-expect-error -- so it takes no loop
useController(Echo, { scope: 'run', loop: new ThreadLoop() });
// @ts-expect-error -- nor does one of a module
useController(() => import('./app-module.js'), { scope: 'run', loop: new ThreadLoop() });
const kept: UseControllerOptions = { scope: 'block', loop: new ThreadLoop() };
useController(Echo, kept as UseControllerOptions<undefined>);

// An instance, which has its options already.
const instance = useController(new Echo('127.0.0.1', 0, { loop: new ThreadLoop() }), { scope: 'test' });
same<ReturnType<typeof instance.remote.add>, Promise<number>>();
// @ts-expect-error -- options of an instance belong to its constructor
useController(new Echo(), { port: 1 });
// @ts-expect-error -- what one file has made serves no other
useController(new Echo(), { scope: 'run' });

// A module: its exports are remote, and its export names are known.
const app = useController(() => import('./app-module.js'));
same<ReturnType<typeof app.remote.countUsers>, Promise<number>>();
const named = useController(() => import('./app-module.js'), { export: 'makeServer' });
same<typeof named.url, string>();
// @ts-expect-error -- no such export
useController(() => import('./app-module.js'), { export: 'makeSever' });
const ofClass = useController(() => import('./app-module.js'), { export: 'Counter' });
same<ReturnType<typeof ofClass.remote.count>, Promise<number>>();

// The server itself, also of a module, and Node's own where one is made for what was given.
same<typeof echo.server, Remote<Server>>();
same<typeof app.server, Remote<HttpServer>>();
same<typeof named.server, Remote<HttpServer>>();
same<typeof ofClass.server, Remote<HttpServer>>();
const listening = useController(() => import('./app-module.js'), { export: 'listener' });
same<typeof listening.server, Remote<HttpServer>>();
class Listener extends Controller {
  factory(): RequestListener {
    return (_request, response) => response.end();
  }
}
class Fetching extends Controller {
  factory(): { fetch(request: Request): Response } {
    return { fetch: () => new Response() };
  }
}
const connections: Promise<number> = useController(Listener).server.getConnections();
same<ReturnType<typeof useController<typeof Fetching>>['server'], Remote<HttpServer>>();

// Several: each is what it is alone, and data knows the others by name.
const { api, mail } = useControllers({
  api: [Told, { data: ({ mail: started }) => ({ mailPort: started.port }) }],
  mail: Echo,
});
same<ReturnType<typeof mail.remote.add>, Promise<number>>();
same<typeof api.url, string>();
const served = useControllers({
  only: () => Promise.resolve({ default: () => createServer() }),
  beside: [() => Promise.resolve({ default: () => createServer() }), { readyTimeout: 1 }],
  several: () => import('./app-module.js'),
});
same<typeof served.only.server, Remote<Server>>();
same<typeof served.beside.server, Remote<Server>>();
// @ts-expect-error -- of several exports, nobody says which it is made of
void served.several.server.getConnections;
useControllers({
  mail: Echo,
  api: [() => import('./app-module.js'), { env: ({ mail: started }) => ({ ...process.env, MAIL_URL: started.url, NONE: undefined }) }],
  fixed: [Told, { data: { mailPort: 25 }, env: { MAIL: 'no' } }],
});
useControllers({
  mail: Echo,
  // @ts-expect-error -- a port is a number
  api: [Told, { data: ({ mail: started }) => ({ mailPort: started.url }) }],
});
// @ts-expect-error -- which is called mailPort
useControllers({ api: [Told, { data: { port: 25 } }] });
useControllers({ api: [TellsItself, { data: () => ({ mailPort: 25 }) }], sink: [new Echo(), {}] });
useControllers({ mail: Echo }, { scope: 'test' });
useControllers({ mail: [Echo], sink: Echo });
// @ts-expect-error -- each has a file's controller of its own
useControllers({ mail: Echo }, { scope: 'run' });
// @ts-expect-error -- the scope is that of all of them
useControllers({ mail: [Echo, { scope: 'test' }] });
useControllers({
  mail: Echo,
  // @ts-expect-error -- a port is no variable's value
  api: [() => import('./app-module.js'), { env: ({ mail: started }) => ({ MAIL_PORT: started.port }) }],
});
useControllers({
  mail: Echo,
  // @ts-expect-error -- no such controller
  api: [Told, { data: ({ male }) => ({ mailPort: male.port }) }],
});

// Without Jest.
async function byHand(): Promise<void> {
  const idle = new Echo('127.0.0.1', 8025, { readyTimeout: 1 });
  // @ts-expect-error -- it has none before it starts
  const none: string = idle.url;
  const own: Echo = await idle.start();
  const started = await idle.start();
  same<typeof started, Started<Echo>>();
  const urls: string[] = [started.url, (await started.restart()).url, started.startSync().url];
  const at: BoundAddress = started.address;
  same<ReturnType<typeof started.remote.add>, Promise<number>>();
  // Before TypeScript 6, the type of the variable had a say in that of the result.
  let filled: Started<Echo> | undefined;
  filled = await idle.start();
  urls.push(filled.url);
  filled = await idle.restart();
  urls.push(filled.url);
  filled = idle.startSync();
  urls.push(filled.url);
  const url: string | null = own.url;
  const lines: Promise<LogLine>[] = [own.waitForLog(/listens/), own.waitForLog('listens')];
  const report: StopReport = own.stopSync();
  const remote: Remote<Echo> = own.remote;
  void [url, report, remote, urls, at, lines, none];
}
// @ts-expect-error -- a port is a number
new Echo('127.0.0.1', '8025');
const options: ControllerOptions<string> = { data: 'text', stopTimeout: 0 };
const handle: ControllerHandle<Echo> = echo;
const error: TypeError = new InvalidOptionError('port', 'Expected a port.');
void [connections, limit, awaited, blocking, options, handle, error, byHand];

// What an override of a start may say of its result.
export class Seeded extends Echo {
  override async start(): Promise<this> {
    const started = await super.start();
    same<typeof started.url, string>();
    return this;
  }

  override async restart(): Promise<this> {
    return await super.restart();
  }

  override startSync(): this {
    super.startSync();
    return this;
  }
}
export class SeededInferred extends Echo {
  override async start() {
    await super.start();
    return this;
  }
}
const seeded: Promise<Seeded> = new Seeded().start();
const inferred: Promise<Echo> = new SeededInferred().start();
void [seeded, inferred];

// Events that an interface declares, as those of a type: with a class, in a hierarchy, from a module, among several.
interface SinkEvents {
  mail: [to: string, at: Date];
}
interface SpamEvents extends SinkEvents {
  spam: [score: number];
}
class Sink<Events extends SinkEvents = SinkEvents> extends Controller<{ readonly domain: string }, Events> {
  factory(): Server {
    return createServer();
  }
  count(): number {
    return 0;
  }
}
class SpamSink extends Sink<SpamEvents> {}
const spam = useController(SpamSink, { data: { domain: 'example.org' } });
same<typeof spam, ControllerHandle<SpamSink, { readonly domain: string }>>();
same<ReturnType<typeof spam.remote.count>, Promise<number>>();
spam.on('mail', (to, at) => void [to.toLowerCase(), at.getTime()]);
spam.on('spam', (score) => score.toFixed());
// @ts-expect-error -- no such event
spam.on('male', () => undefined);
// @ts-expect-error -- data of the type that the class asks for
useController(SpamSink, { data: { domain: 1 } });
const ofInstance: SpamSink | ControllerHandle<SpamSink> = useController(new SpamSink());
const ofModule = useController(() => Promise.resolve({ default: SpamSink }));
same<ReturnType<typeof ofModule.remote.count>, Promise<number>>();
const sinks = useControllers({ one: SpamSink, two: [Sink, { data: ({ one }) => ({ domain: one.url }) }] });
sinks.one.on('spam', (score) => score.toFixed());
sinks.two.on('mail', (to) => to.toLowerCase());
void [ofInstance, sinks];
