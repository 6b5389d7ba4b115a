/**
 * The package's doorway for CommonJS: re-exports only. `index.mts` gives the same names to ES modules.
 */
export { Controller } from './controller/controller';
export type { ControllerState } from './controller/lifecycle';
export type { LogLine } from './controller/log-book';
export type { ControllerOptions } from './controller/options';
export type { ServerLike } from './controller/server-like';
export type { StopReport } from './controller/stop-report';
export type { WaitForOptions } from './controller/conversation';
export * from './errors/errors';
export { Loop } from './loop/loop';
export { ThreadLoop, type ThreadLoopOptions } from './loop/thread-loop';
export type { BoundAddress, CutConnection, Leftover } from './protocol/messages';
export { useController, type ScopeOption, type UseControllerOptions } from './jest/use-controller';
export type { ControllerHandle } from './jest/handle';
