/**
 * Starts and stops servers over and over; what the process holds must stay flat.
 *
 *     node --expose-gc test/soak/cycles.mjs [thread|process] [cycles]
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { ProcessLoop, ThreadLoop } from 'jest-controller';
import { judge, measure } from './gauges.mjs';
import { Subject } from './subject.cjs';

const kind = process.argv[2] ?? 'thread';
const cycles = Number(process.argv[3] ?? 10_000);
const newLoop = () => (kind === 'process' ? new ProcessLoop() : new ThreadLoop());
const WARM_UP = Math.min(50, Math.ceil(cycles / 5));

process.on('warning', (warning) => {
  throw warning;
});

/** One life of a server; every tenth is another one. */
async function live(number) {
  const options = { loop: newLoop(), leaks: 'ignore', stopTimeout: 100 };
  if (number % 10 === 3) {
    await new Subject(undefined, undefined, { ...options, data: { fails: 'throws' } }).start().then(
      () => Promise.reject(new Error('It should have failed.')),
      () => undefined,
    );
  } else if (number % 10 === 5) {
    const subject = new Subject(undefined, undefined, options).startSync();
    if (subject.remoteSync.add(1, 2) !== 3) throw new Error('It cannot add.');
    subject.stopSync();
  } else if (number % 10 === 7) {
    const subject = await new Subject(undefined, undefined, options).start();
    const crashed = once(subject, 'crashed');
    await subject.remote.throwSoon().catch(() => undefined);
    await crashed;
    await subject.stop();
  } else {
    const subject = await new Subject(undefined, undefined, options).start();
    const client = connect(subject.port, '127.0.0.1');
    client.on('error', () => undefined);
    client.write('x');
    await once(client, 'data');
    const { forced } = await subject.stop();
    client.destroy();
    if (forced) throw new Error('It had to be forced.');
  }
}

const hold = setInterval(() => undefined, 1000);
for (let number = 0; number < WARM_UP; number += 1) await live(number);
const measurements = [await measure()];
const since = performance.now();
console.log(`cycles 0: ${JSON.stringify(measurements[0])}`);
const step = Math.max(10, Math.ceil(cycles / 20));
for (let number = 1; number <= cycles; number += 1) {
  await live(number);
  if (number % step !== 0 && number !== cycles) continue;
  measurements.push(await measure());
  console.log(`cycles ${number}: ${JSON.stringify(measurements.at(-1))}`);
}
console.log(`${cycles} cycles on a ${kind}, ${Math.round((performance.now() - since) / cycles)} ms each`);
clearInterval(hold);
judge(measurements);
