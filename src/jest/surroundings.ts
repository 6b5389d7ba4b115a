/**
 * What the environment gives the controllers and `useController` of its test file. Jest's realm.
 */
import { createRequire } from 'node:module';
import type { Context } from 'node:vm';
import type { ResourceLimits } from 'node:worker_threads';
import type { IdleRead, Surroundings, TrackedController } from '../controller/surroundings';
import type { HostHandle, LoaderConnection } from '../loop/handle';
import { openThread } from '../loop/thread';
import type { HostCoverage } from '../protocol/messages';
import type { JestSurroundings } from './test-side/around';
import type { Block } from './block-events';
import type { CoverageSink } from './coverage/coverage';
import { withLastCoverage } from './coverage/coverage-of-thread';
import { evaluateInRealm } from './load-in-realm';
import type { LoaderService } from './loading/service';
import { refill, takeThread } from './spares';
import type { Warnings } from './report/warnings';
import type { Watch } from './watch';

export interface FileFacts {
  readonly testPath: string;
  readonly rootDir: string;
  /** The realm of the test; null where the environment has none. */
  readonly context: Context | null;
}

export interface SurroundingsParts {
  readonly service: LoaderService;
  readonly sink: CoverageSink;
  readonly watch: Watch;
  readonly warnings: Warnings;
}

export class FileSurroundings implements JestSurroundings {
  readonly testPath: string;
  readonly rootDir: string;
  readonly evaluate: Surroundings['evaluate'];
  readonly #service: LoaderService;
  readonly #sink: CoverageSink;
  readonly #watch: Watch;
  readonly #warnings: Warnings;

  constructor({ testPath, rootDir, context }: FileFacts, parts: SurroundingsParts) {
    this.testPath = testPath;
    this.rootDir = rootDir;
    this.evaluate = context === null ? undefined : (file, require) => evaluateInRealm(context, file, require);
    this.#service = parts.service;
    this.#sink = parts.sink;
    this.#watch = parts.watch;
    this.#warnings = parts.warnings;
  }

  get loader(): LoaderService['settings'] {
    return this.#service.settings;
  }

  get declaring(): boolean | undefined {
    return this.#watch.declaring;
  }

  get failsTests(): boolean {
    return this.#watch.declaring !== undefined;
  }

  openThread(resourceLimits?: ResourceLimits): HostHandle {
    const thread = resourceLimits === undefined ? takeThread() : openThread(resourceLimits);
    if (this.loader.coverage === 'none') return thread;
    return withLastCoverage(thread, {
      take: (coverage) => {
        this.coverage(coverage);
      },
      // Who stops blocking does not wait for it, but the report must.
      ending: (end) => {
        this.#watch.awaitBeforeReport(end);
      },
    });
  }

  connectLoader({ channels }: HostHandle): LoaderConnection {
    return this.#service.serve(channels.loader, channels.wake);
  }

  coverage(coverage: HostCoverage): void {
    this.#sink.add(coverage);
  }

  preload(specifier: string, from: string): void {
    createRequire(from)(specifier);
  }

  resolve(specifier: string, from: string): string {
    return this.#service.resolve(from, specifier);
  }

  resolveEach(specifier: string, from: string): string[] {
    return this.#service.resolveEach(from, specifier);
  }

  changed(controller: TrackedController): void {
    if (controller.state === 'running') refill();
    this.#watch.changed(controller);
  }

  throwUncaught(error: unknown): void {
    this.#watch.testContext.throwUncaught(error);
  }

  warn(text: string, place: string | null): void {
    this.#warnings.add(text, place);
  }

  ownByBlock(controller: TrackedController): boolean {
    const block: Block | undefined = this.#watch.currentBlock;
    if (block === undefined) return false;
    this.#watch.own(controller, block);
    return true;
  }

  ownByTest(controller: TrackedController): boolean {
    if (this.#watch.currentBlock === undefined) return false;
    this.#watch.ownByTest(controller);
    return true;
  }

  readIdle(controller: TrackedController, read: IdleRead): void {
    this.#watch.readIdle(controller, read);
  }
}
