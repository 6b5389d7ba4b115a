/**
 * What a test imports or requires from `jest-controller`. This is the doorway for CommonJS, re-exports only; `index.mts` gives the same names,
 * of the same copy, to ES modules.
 * @module jest-controller
 */
export { Controller } from './controller/controller';
export type { Started, StartOptions } from './controller/started';
export type { AnyEvents, OwnEvents as ControllerEvents } from './controller/typed-emitter';
export type { ControllerState } from './controller/lifecycle';
export type { LogLine } from './controller/report/log-book';
export type { ControllerOptions } from './controller/options/options';
export type { ServerLike } from './controller/server-like';
export type { StopReport } from './controller/report/stop-report';
export type { WaitForOptions } from './controller/options/wait-options';
export * from './errors/errors';
export { Loop } from './loop/loop';
export { ProcessLoop, type ProcessLoopOptions } from './loop/process-loop';
export { ThreadLoop, type ThreadLoopOptions } from './loop/thread-loop';
export { UnclonableError } from './protocol/unclonable-error';
export type { BoundAddress, CutConnection, Leftover, SocketAddress } from './protocol/messages';
export { useController } from './jest/test-side/use-controller';
export type { ScopeName, ScopeOption, UseControllerOptions } from './jest/test-side/use-controller-options';
export type { ControllerSubject } from './jest/test-side/subject';
export { useControllers, type StartedControllers, type TogetherOptions, type TogetherScope } from './jest/test-side/use-controllers';
export { useLoop } from './jest/test-side/use-loop';
export type { ControllerHandle, Controllers } from './jest/test-side/handle';
export { withSignal } from './remote/proxy';
export { transfer, type Transferable } from './remote/transfer';
export type { CannotCross, Remote, RemoteSync } from './remote/types';
export type { Listening, ListenTarget, ServerAdapter } from './server/types';
