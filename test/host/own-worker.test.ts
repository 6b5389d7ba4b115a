/**
 * A module that is its own worker: beside the server it finds itself in a thread.
 */
import { afterEach, expect, jest, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { ProcessLoop, ThreadLoop, type Loop } from 'jest-controller';
import type { ModuleController } from '../../src/controller/module-controller';
import { rejection } from '../controller/made';
import { temporaryFolder } from '../temporary';

// From where its threads find their host.
const { makeModuleController } = jest.requireActual<typeof import('../../src/controller/module-controller')>(
  '../../dist/controller/module-controller',
);

const MODULE = `
  const { isMainThread } = require('node:worker_threads');
  if (isMainThread) module.exports = require('node:http').createServer();`;

let controller: ModuleController | undefined;

afterEach(() => controller?.stop());

function make(loop: Loop): ModuleController {
  const file = path.join(temporaryFolder(), 'app.cjs');
  writeFileSync(file, MODULE);
  return (controller = makeModuleController(file, 'app', { loop: loop as never }));
}

test('which exports nothing in a thread is told to run in a process', async () => {
  expect((await rejection(make(new ThreadLoop()).start())).message).toMatch(/exports nothing\. .* `isMainThread`.*ProcessLoop/);
});

test('runs in a process', async () => {
  expect((await make(new ProcessLoop()).start()).url).toMatch(/^http:/);
});
