/**
 * Walks through the public calls at random, with faults, and compares what is seen with a small model of a controller.
 *
 *     node test/soak/walk.mjs [sequences] [seed]
 *
 * A failure prints the seed and the shortest sequence that fails.
 */
import fc from 'fast-check';
import { once } from 'node:events';
import { connect } from 'node:net';
import { ProcessLoop, ThreadLoop } from 'jest-controller';
import { measure } from './gauges.mjs';
import { Subject } from './subject.cjs';

const sequences = Number(process.argv[2] ?? 3000);
const seed = Number(process.argv[3] ?? Date.now());
/** Milliseconds after which a call counts as hung, on a machine with other things to do. */
const BOUND = 30_000;
const STOP_TIMEOUT = 30;

function check(condition, text) {
  if (!condition) throw new Error(text);
}

/** Rejects when `promise` takes longer than any of this may. */
async function bounded(what, promise) {
  let timer;
  const limit = new Promise((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${what} took longer than ${BOUND} ms`));
    }, BOUND);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

function connects(port) {
  return new Promise((resolve) => {
    const client = connect(port, '127.0.0.1');
    client.once('connect', () => {
      client.destroy();
      resolve(true);
    });
    client.once('error', () => {
      resolve(false);
    });
  });
}

/** What is thought of one controller: `running`, `down` (idle, stopped, failed) or `crashed`. */
const COMMANDS = {
  async start({ real, model }) {
    const outcome = await bounded(
      'start',
      real.start().then(
        () => 'started',
        (error) => error,
      ),
    );
    if (model.state === 'running' || !model.fails) {
      check(outcome === 'started', `start failed: ${outcome}`);
      model.state = 'running';
    } else {
      check(outcome instanceof RangeError || outcome?.code === 'ERR_READY_TIMEOUT', `an unexpected failure: ${outcome}`);
      model.state = 'down';
    }
  },
  async startTwice({ real, model }) {
    const [one, two] = [real.start(), real.start()];
    const outcomes = await bounded('two starts', Promise.allSettled([one, two]));
    const status = model.state === 'running' || !model.fails ? 'fulfilled' : 'rejected';
    check(
      outcomes.every((outcome) => outcome.status === status),
      'two starts did not agree',
    );
    model.state = status === 'fulfilled' ? 'running' : 'down';
  },
  async startBlocking({ real, model }) {
    let failed = false;
    try {
      real.startSync();
    } catch {
      failed = true;
    }
    const shouldFail = model.state !== 'running' && model.fails;
    check(failed === shouldFail, `startSync ${failed ? 'failed' : 'did not fail'}`);
    model.state = failed ? 'down' : 'running';
  },
  async stop({ real, model }) {
    const report = await bounded('stop', real.stop());
    check(typeof report.forced === 'boolean', 'stop gave no report');
    model.state = 'down';
  },
  async stopTwice({ real, model }) {
    await bounded('two stops', Promise.all([real.stop(), real.stop()]));
    model.state = 'down';
  },
  async stopBlocking({ real, model }) {
    real.stopSync();
    model.state = 'down';
  },
  async startThenStop({ real, model }) {
    const starting = real.start().then(
      () => undefined,
      () => undefined,
    );
    await bounded('stop during start', real.stop());
    await bounded('a stopped start', starting);
    model.state = 'down';
  },
  async stopThenStart({ real, model }) {
    const stopping = real.stop();
    const started = await bounded(
      'start during stop',
      real.start().then(
        () => true,
        () => false,
      ),
    );
    await bounded('the stop before it', stopping);
    // Where nothing ran, stop was over at once.
    check(started === !model.fails, `start during stop: ${started}`);
    model.state = started ? 'running' : 'down';
  },
  async abortStart({ real, model }) {
    const abort = new globalThis.AbortController();
    const starting = real.start({ signal: abort.signal }).then(
      () => true,
      () => false,
    );
    setImmediate(() => abort.abort());
    await bounded('an aborted start', starting);
    await bounded('the stop after it', real.stop());
    model.state = 'down';
  },
  async restart({ real, model }) {
    const started = await bounded(
      'restart',
      real.restart().then(
        () => true,
        () => false,
      ),
    );
    check(started === !model.fails, `restart: ${started}`);
    model.state = started ? 'running' : 'down';
  },
  async call({ real, model }) {
    const outcome = await bounded(
      'a call',
      real.remote.add(1, 2).then(
        (value) => value,
        (error) => error,
      ),
    );
    if (model.state === 'running') check(outcome === 3, `add gave ${outcome}`);
    else check(outcome instanceof Error, 'a call to nobody succeeded');
  },
  async callBlocking({ real, model }) {
    let outcome;
    try {
      outcome = real.remoteSync.add(1, 2);
    } catch (error) {
      outcome = error;
    }
    if (model.state === 'running') check(outcome === 3, `add gave ${outcome}`);
    else check(outcome instanceof Error, 'a call to nobody succeeded');
  },
  async callBack({ real, model }) {
    const outcome = await bounded(
      'a callback',
      real.remote.callBack((word) => `${word} back`).catch((error) => error),
    );
    if (model.state === 'running') check(outcome === 'called back', `callBack gave ${outcome}`);
  },
  async connect({ real, model }) {
    if (model.state === 'running') check(await bounded('a client', connects(real.port)), 'a running server refused');
  },
  async idle({ real }) {
    await bounded('idle', real.idle({ timeout: 100 }));
  },
  async event({ real, model }) {
    if (model.state !== 'running') return;
    const raised = once(real, 'raised');
    await bounded('an event', Promise.all([raised, real.remote.raise()]));
  },
  async print({ real, model }) {
    if (model.state !== 'running') return;
    await bounded('a call that prints', real.remote.print());
    await bounded('its line', real.waitForLog(/printed/));
  },
  async dispose({ real, model }) {
    await bounded('dispose', real[Symbol.asyncDispose]());
    model.state = 'down';
  },
  // Faults.
  async fail({ real, model }) {
    model.fails = true;
    real.data.fails = 'throws';
  },
  async heal({ real, model }) {
    model.fails = false;
    delete real.data.fails;
  },
  async crash(pair) {
    await die(pair, (remote) => remote.throwSoon());
  },
  async reject(pair) {
    await die(pair, (remote) => remote.rejectSoon());
  },
  async exit(pair) {
    await die(pair, (remote) => remote.exitSoon(0));
  },
  async hangThenStop({ real, model }) {
    if (model.state !== 'running') return;
    const hanging = real.remote.hang().then(
      () => 'returned',
      (error) => error.code,
    );
    await bounded('stop with a call in flight', real.stop());
    check((await bounded('that call', hanging)) === 'ERR_STOPPED', 'a call in flight did not reject with StoppedError');
    model.state = 'down';
  },
  async spinThenStop({ real, model }) {
    if (model.state !== 'running') return;
    await real.remote.spinSoon();
    const { rung } = await bounded('stop of a server that spins', real.stop());
    check(rung === 'terminated', `a server that spins was ${rung}`);
    model.state = 'down';
  },
  async leaveSomething({ real, model }) {
    if (model.state === 'running') await bounded('a call', real.remote.leave());
  },
  async clientStays({ real, model, clients }) {
    if (model.state !== 'running') return;
    const client = connect(real.port, '127.0.0.1');
    client.on('error', () => undefined);
    clients.push(client);
    await bounded('a client', once(client, 'connect'));
  },
  async stopFromInside({ real, model }) {
    if (model.state !== 'running') return;
    const stopped = once(real, 'stopped');
    await real.remote.quit().catch(() => undefined);
    await bounded('a stop from inside', stopped);
    model.state = 'down';
  },
};

async function die({ real, model }, kill) {
  if (model.state !== 'running') return;
  const crashed = once(real, 'crashed');
  kill(real.remote).catch(() => undefined);
  await bounded('the crash', crashed);
  check(real.state === 'crashed' && real.error !== undefined, 'a crash was not noted');
  model.state = 'crashed';
}

function agrees({ real, model }) {
  const { state, port, address, url, server } = real;
  if (model.state === 'running') {
    check(state === 'running', `it is ${state}, and should be running`);
    check(port > 0 && address !== null && url !== null && server !== null, 'a running server has no address');
  } else {
    check(
      model.state === 'crashed' ? state === 'crashed' : state === 'idle' || state === 'stopped',
      `it is ${state}, and should be ${model.state}`,
    );
    check(port === 0 && address === null && url === null && server === null, 'a server that is down has an address');
  }
}

const LOOPS = { thread: () => new ThreadLoop(), process: () => new ProcessLoop() };
const names = Object.keys(COMMANDS);
const walks = fc.record({
  // Processes take long to start: one walk in twenty.
  loop: fc.oneof({ weight: 19, arbitrary: fc.constant('thread') }, { weight: 1, arbitrary: fc.constant('process') }),
  steps: fc.array(fc.constantFrom(...names), { minLength: 2, maxLength: 8 }),
});

const counts = { sequences: 0, calls: 0 };
async function walk({ loop, steps }) {
  const clients = [];
  const model = { state: 'down', fails: false };
  const real = new Subject(undefined, undefined, {
    loop: LOOPS[loop](),
    stopTimeout: STOP_TIMEOUT,
    readyTimeout: 2000,
    leaks: 'ignore',
    data: {},
  });
  const hold = setInterval(() => undefined, 1000);
  try {
    for (const step of steps) {
      await COMMANDS[step]({ real, model, clients });
      agrees({ real, model });
      counts.calls += 1;
    }
  } finally {
    clearInterval(hold);
    for (const client of clients) client.destroy();
    await bounded('the last stop', real.stop());
  }
  counts.sequences += 1;
}

process.on('unhandledRejection', (error) => {
  console.error('An unhandled rejection:', error);
  process.exitCode = 1;
});
process.on('warning', (warning) => {
  console.error('A warning:', warning);
  process.exitCode = 1;
});

// What Node opens once, at its first use, is no leak.
for (const loop of Object.keys(LOOPS))
  for (let from = 0; from < names.length; from += 8) await walk({ loop, steps: names.slice(from, from + 8) });
const before = await measure();
await fc.assert(fc.asyncProperty(walks, walk), { numRuns: sequences, seed, endOnFailure: false, interruptAfterTimeLimit: undefined });
let after = await measure();
// The last process may still be on its way out.
for (let tries = 0; tries < 50 && after.files > before.files; tries += 1) {
  await new Promise((resolve) => setTimeout(resolve, 100));
  after = await measure();
}
console.log(`${counts.sequences} sequences, ${counts.calls} calls, seed ${seed}`);
console.log(`before ${JSON.stringify(before)}\nafter  ${JSON.stringify(after)}`);
for (const gauge of ['handles', 'threads', 'files'])
  check(after[gauge] <= before[gauge], `${gauge} grew from ${before[gauge]} to ${after[gauge]}`);
