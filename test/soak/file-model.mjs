/**
 * Test files at random, and a small model of what becomes of their tests: which of them fails of which crash.
 */
import fc from 'fast-check';

const ACTS = {
  visit: 5,
  call: 3,
  callBlocking: 1,
  restart: 1,
  stopAndStart: 1,
  crash: 2,
  exit: 1,
  crashAndRestart: 1,
  refuse: 1,
  fail: 1,
};
const HOOK_ACTS = ['visit', 'restart', 'crash', 'crash', 'fail'];
const MODES = { test: 12, failing: 1, skip: 2, todo: 1 };

const weighted = (weights) => fc.oneof(...Object.entries(weights).map(([value, weight]) => ({ weight, arbitrary: fc.constant(value) })));

/** `on` chooses among the servers that can be seen there. */
const act = (kind) => fc.record({ kind, on: fc.nat(9) });
const plannedTest = fc.record({ mode: weighted(MODES), acts: fc.array(act(weighted(ACTS)), { minLength: 1, maxLength: 3 }) });
const server = fc.record({ scope: weighted({ block: 3, test: 1 }), loop: weighted({ own: 3, shared: 1 }) });
const hook = fc.option(act(fc.constantFrom(...HOOK_ACTS)), { freq: 2, nil: undefined });

function block(depth) {
  const member = depth === 0 ? plannedTest : fc.oneof({ weight: 2, arbitrary: plannedTest }, { weight: 1, arbitrary: block(depth - 1) });
  return fc.record({
    servers: fc.array(server, { maxLength: 2 }),
    beforeAll: hook,
    afterAll: hook,
    restarts: fc.boolean(),
    members: fc.array(member, { minLength: 1, maxLength: 4 }),
  });
}

/** The plan of a file: a block whose members are tests and blocks. */
export const plans = block(2);

/** How each act is written; `count` is what it is to see, and `mark` names it in errors. */
const WRITTEN = {
  visit: (name, { count }) => `expect(await visit(${name})).toBe(${count});`,
  call: (name, { count }) => `expect(await ${name}.remote.count()).toBe(${count});`,
  callBlocking: (name, { count }) => `expect(${name}.remoteSync.count()).toBe(${count});`,
  restart: (name) => `await ${name}.restart();`,
  stopAndStart: (name) => `await ${name}.stop(); await ${name}.start();`,
  crash: (name, { mark }) => `await ${name}.remote.crash('${mark}'); ${dead(name)}`,
  exit: (name) => `await ${name}.remote.exit(); ${dead(name)}`,
  crashAndRestart: (name, { mark }) => `await ${name}.remote.crash('${mark}'); ${dead(name)} await ${name}.restart();`,
  refuse: (name, { mark }) => `await ${name}.remote.refuse('${mark}');`,
  fail: (_name, { mark }) => `throw new Error('${mark}');`,
};
const dead = (name) => `await ${name}.waitFor(() => ${name}.state === 'crashed');`;

const HEAD = `const { useController, useLoop } = require('jest-controller');
const { Counter } = require('./counter.controller');
const loop = useLoop();
const visit = async (server) => Number(await (await fetch(server.url)).text());`;

/** A file as text, and what is expected of each of its tests: its status, and what its errors are to mention. */
export function fileOf(plan) {
  const file = new TestFile();
  file.block(plan, { servers: [], restarts: [], path: [] });
  return { text: file.lines.join('\n'), expected: file.expected };
}

/** Writes a file as its plan has it, and follows what Jest will do with it. */
class TestFile {
  lines = [HEAD];
  expected = {};
  #names = 0;

  block({ servers: own, beforeAll, afterAll, restarts, members }, around) {
    const added = own.map(({ scope, loop }) => ({ name: this.#name('server'), scope, loop, state: 'idle', count: 0 }));
    // There is one at least.
    if (around.servers.length + added.length === 0)
      added.push({ name: this.#name('server'), scope: 'block', loop: 'own', state: 'idle', count: 0 });
    for (const { name, scope, loop } of added) {
      this.lines.push(`const ${name} = useController(Counter, { scope: '${scope}'${loop === 'shared' ? ', loop' : ''} });`);
    }
    const kept = added.filter(({ scope }) => scope === 'block');
    const here = {
      ...around,
      servers: [...around.servers, ...added],
      restarts: restarts ? [...around.restarts, ...kept] : around.restarts,
    };
    const runs = members.some(hasTests);
    if (runs) for (const server of kept) revive(server);
    if (restarts) {
      const text = kept.map(({ name }) => `if (${name}.state === 'crashed') await ${name}.restart();`).join(' ');
      this.lines.push(`afterEach(async () => { ${text} });`);
    }
    // Within a block whose hook has failed there is no other one.
    if (beforeAll !== undefined) here.failure ??= this.#hook('beforeAll', beforeAll, here, runs);
    for (const member of members) {
      if (member.members === undefined) this.#test(member, here);
      else this.#describe(member, here);
    }
    if (afterAll !== undefined) this.#hook('afterAll', afterAll, here, runs);
    for (const server of added) server.state = 'idle';
  }

  #describe(plan, here) {
    const title = this.#name('block');
    this.lines.push(`describe('${title}', () => {`);
    this.block(plan, { ...here, path: [...here.path, title] });
    this.lines.push('});');
  }

  /** What the block's tests fail of, if it fails. */
  #hook(kind, act, { servers }, runs) {
    const kept = servers.filter(({ scope }) => scope === 'block');
    if (kept.length === 0) return undefined;
    const steps = new Steps(kept, this.#name('mark'));
    this.lines.push(`${kind}(async () => { ${steps.take(act, runs)} });`);
    return steps.failed ? steps.marks : undefined;
  }

  #test({ mode, acts }, { servers, restarts, path, failure }) {
    const title = this.#name('test');
    const becomes = (status, mentions = []) => {
      this.expected[[...path, title].join(' ')] = { status, mentions };
    };
    if (mode === 'todo') {
      this.lines.push(`test.todo('${title}');`);
      becomes('todo');
      return;
    }
    const down = servers.filter(({ state }) => state === 'crashed');
    const starts = mode !== 'skip' && failure === undefined && down.length === 0;
    if (starts) for (const server of servers) if (server.scope === 'test') revive(server);
    const steps = new Steps(servers, this.#name('mark'));
    const texts = acts.map((each) => steps.take(each, starts));
    this.lines.push(`test${mode === 'test' ? '' : `.${mode}`}('${title}', async () => {`, ...texts.map((text) => `  ${text}`), '});');
    if (mode === 'skip') {
      becomes('pending');
      return;
    }
    const crashed = servers.filter(({ state }) => state === 'crashed');
    const mentions = [...(failure ?? []), ...steps.marks, ...crashed.flatMap(({ untold }) => untold ?? [])];
    const fails = steps.failed || crashed.length > 0;
    // What has failed before its own code ran is not what it was to fail by.
    const isMeant = mode === 'failing' && starts;
    becomes(fails === isMeant && starts ? 'passed' : 'failed', isMeant ? [] : mentions);
    for (const server of crashed) server.untold = undefined;
    for (const server of crashed) if (restarts.includes(server)) revive(server);
    for (const server of servers) if (server.scope === 'test') server.state = 'idle';
  }

  #name(kind) {
    this.#names += 1;
    return `${kind}${this.#names}`;
  }
}

/** Jest runs the hooks of a block for one that is to be written, too. */
function hasTests({ mode, members }) {
  return members === undefined ? mode !== 'skip' : members.some(hasTests);
}

function revive(server) {
  Object.assign(server, { state: 'running', count: 0, untold: undefined });
}

/** The acts of one test or hook, one after the other, until one of them throws. */
class Steps {
  failed = false;
  /** What its own errors say. */
  marks = [];
  #servers;
  #mark;
  #taken = 0;

  constructor(servers, mark) {
    this.#servers = servers;
    this.#mark = mark;
  }

  /** The act as text; where it `happens`, the model follows. */
  take({ kind, on }, happens) {
    const server = this.#servers[on % this.#servers.length];
    const mark = `${this.#mark}-${(this.#taken += 1)}.`;
    const text = WRITTEN[kind](server.name, { count: server.count + 1, mark });
    if (happens && !this.failed) this.#follow(kind, server, mark);
    return text;
  }

  #follow(kind, server, mark) {
    const isUp = server.state === 'running';
    if (kind === 'restart' || kind === 'stopAndStart') revive(server);
    else if (kind === 'fail') this.#fail(mark);
    else if (!isUp) this.#fail();
    else if (kind === 'refuse') this.#fail(mark);
    else if (kind === 'crash') this.#crash(server, mark);
    else if (kind === 'exit') this.#crash(server);
    else if (kind === 'crashAndRestart') {
      this.#crash(server, mark);
      revive(server);
    } else server.count += 1;
  }

  #fail(...marks) {
    this.failed = true;
    this.marks.push(...marks);
  }

  /** All on a loop go down with it. */
  #crash(server, ...marks) {
    const fellows = this.#servers.filter(({ loop, state }) => loop === 'shared' && state === 'running');
    for (const each of server.loop === 'shared' ? fellows : [server]) Object.assign(each, { state: 'crashed', untold: marks });
  }
}
