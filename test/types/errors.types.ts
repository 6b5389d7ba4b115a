/**
 * What the codes of errors tell the compiler. Compiled by types.test.ts in a project of its own, never run.
 */
import {
  ControllerError,
  FactoryError,
  InvalidOptionError,
  ReadyTimeoutError,
  ServerCrashedError,
  type BoundAddress,
  type ControllerErrorCode,
  type ControllerEvents,
  type SocketAddress,
  type StartPhase,
} from 'jest-controller';

declare const error: FactoryError | ReadyTimeoutError | ServerCrashedError | InvalidOptionError;

if (error.code === 'ERR_READY_TIMEOUT') {
  const phase: StartPhase = error.phase;
  const limit: number = error.limit;
} else if (error.code === 'ERR_SERVER_CRASHED') {
  const exitCode: number | null = error.exitCode;
} else if (error.code === 'ERR_INVALID_OPTION') {
  const option: string = error.option;
}

declare const base: ControllerError;
const code: ControllerErrorCode = base.code;

// @ts-expect-error -- no such code
const wrong: ControllerErrorCode = 'ERR_SOMETHING';

declare const address: BoundAddress;
const port: number = typeof address === 'string' ? 0 : address.port;
const socket: SocketAddress = { address: '127.0.0.1', family: 'IPv4', port: 4242 };

const stopped = (...[report]: ControllerEvents['stopped']): boolean => report.forced;

export { code, port, socket, stopped };
