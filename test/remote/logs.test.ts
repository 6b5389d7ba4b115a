import { describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import * as path from 'node:path';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { LoggedText } from '../../src/protocol/messages';
import { RUN_LIMIT } from '../limits';

describe('captured output', () => {
  test('is in order, line by line, with its stream and time', async () => {
    const before = Date.now();
    const lines = await print(`
      console.log('one\\ntwo');
      console.error('three');
      process.stdout.write('fo');
      process.stdout.write(Buffer.from('ur\\r\\n'));
      console.warn({ five: 5 });
    `);
    expect(lines.map(({ stream, text }) => [stream, text])).toEqual([
      ['stdout', 'one'],
      ['stdout', 'two'],
      ['stderr', 'three'],
      ['stdout', 'four'],
      ['stderr', '{ five: 5 }'],
    ]);
    for (const { time } of lines) expect(time).toBeGreaterThanOrEqual(before);
  });

  test('loses nothing when the thread exits, neither a partial line nor what exit handlers print', async () => {
    const lines = await print(`
      process.on('exit', () => { console.log('bye'); process.stdout.write('last'); });
      process.stdout.write('partial');
      process.exit(0);
    `);
    expect(lines.map(({ text }) => text)).toEqual(['partial', 'bye', 'last']);
  });

  test('keeps characters whole that were written in pieces', async () => {
    const lines = await print(`
      const bytes = Buffer.from('ä€😀\\n');
      for (const byte of bytes) process.stdout.write(Buffer.of(byte));
      process.stdout.write('c3a4', 'hex');
    `);
    expect(lines.map(({ text }) => text)).toEqual(['ä€😀', 'ä']);
  });

  test('has the bytes of views of other elements than bytes, which streams take from Node 22 on', async () => {
    const lines = await print(`
      const { buffer } = new Uint8Array(Buffer.from('-view\\n'));
      process.stdout.write(new Uint16Array(buffer));
      process.stdout.write(new DataView(buffer, 1));
    `);
    expect(lines.map(({ text }) => text)).toEqual(['-view', 'view']);
  });

  test('holds 10,000 lines in order', async () => {
    const lines = await print(`for (let i = 0; i < 10_000; i++) console.log(i);`);
    expect(lines.map(({ text }) => Number(text))).toEqual(Array.from({ length: 10_000 }, (_, i) => i));
  });

  test('takes a line in very many pieces', async () => {
    const lines = await print(`for (let i = 0; i < 200_000; i++) process.stdout.write('.');`);
    expect(lines.map(({ text }) => text)).toEqual(['.'.repeat(200_000)]);
  });

  test('has process warnings in the format of Node', async () => {
    const lines = await print(`
      process.emitWarning('careful', { code: 'W1', detail: 'in detail' });
      setImmediate(() => process.emitWarning('again'));
    `);
    expect(lines.map(({ stream, text }) => [stream, text.replace(/node:\d+/, 'node:1')])).toEqual([
      ['stderr', '(node:1) [W1] Warning: careful'],
      ['stderr', 'in detail'],
      ['stderr', '(Use `node --trace-warnings ...` to show where the warning was created)'],
      ['stderr', '(node:1) Warning: again'],
    ]);
  });

  test('has no warning that `--disable-warning` names, by its code or by its name', async () => {
    const lines = await print(
      `
        process.emitWarning('one', { code: 'W1' });
        process.emitWarning('two', 'Loud');
        process.emitWarning('three', { code: 'W3' });
      `,
      ['--disable-warning=W1', '--disable-warning', 'Loud'],
    );
    expect(lines[0]?.text).toContain('[W3] Warning: three');
  });

  test('leaves a listener for warnings where it is that a module of `--require` has added', async () => {
    const listening = path.join(__dirname, '../fixtures/remote/hears-warnings.cjs');
    const lines = await print(`process.emitWarning('one');`, ['--require', listening, '--no-warnings']);
    expect(lines.map(({ text }) => text)).toEqual(['heard: one']);
  });

  test('calls back after a write while the foreground is blocked', () => {
    const { control, worker } = startPrinting(`
      process.stdout.write('written\\n', () => {
        console.log('called back');
        Atomics.store(workerData.done, 0, 1);
        Atomics.notify(workerData.done, 0);
      });
    `);
    Atomics.wait(worker.done, 0, 0, RUN_LIMIT);
    expect(drain(control).map(({ text }) => text)).toEqual(['written', 'called back']);
  });
});

interface Printing {
  readonly control: MessageChannel;
  readonly worker: { readonly thread: Worker; readonly done: Int32Array };
}

function startPrinting(code: string, execArgv: string[] = []): Printing {
  const control = new MessageChannel();
  const done = new Int32Array(new SharedArrayBuffer(4));
  const thread = new Worker(path.join(__dirname, '../fixtures/remote/printing-worker.cjs'), {
    workerData: { control: control.port2, code, done },
    transferList: [control.port2],
    execArgv,
  });
  return { control, worker: { thread, done } };
}

function drain({ port1 }: MessageChannel): LoggedText[] {
  const lines: LoggedText[] = [];
  for (let got = receiveMessageOnPort(port1); got !== undefined; got = receiveMessageOnPort(port1)) lines.push(got.message as LoggedText);
  return lines;
}

async function print(code: string, execArgv?: string[]): Promise<LoggedText[]> {
  const { control, worker } = startPrinting(code, execArgv);
  await once(worker.thread, 'exit');
  return drain(control);
}
