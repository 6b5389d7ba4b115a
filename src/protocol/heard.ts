/**
 * Whether what arrived is a message that a host sends: server code can reach the channel, and must not break the test by it. Both sides; pure.
 *
 * Only the form is judged. A number that belongs to nobody is harmless, and what an encoded value holds is judged where it is decoded.
 */
import type { FromHost } from './messages';

type Check = (value: unknown) => boolean;

const isNumber: Check = (value) => typeof value === 'number';
const isText: Check = (value) => typeof value === 'string';
const isObject: Check = (value) => typeof value === 'object' && value !== null;
const isEncoded: Check = (value) => isObject(value) && 'value' in (value as object);
const isError: Check = (value) => isObject(value) && isEncoded((value as { thrown?: unknown }).thrown);
const isFlag: Check = (value) => typeof value === 'boolean';
/** Others than those of one process have a meaning of their own. */
const isProcessNumber: Check = (value) => Number.isInteger(value) && (value as number) > 1;
const isNumbers: Check = (value) => Array.isArray(value) && value.every(isNumber);
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText);
const isFacts: Check = (value) => Array.isArray(value) && value.every(isObject);
const isNoted: Check = (value) => Array.isArray(value) && value.every(fields({ line: isText, time: isNumber }));
const isPhase: Check = (value) => ['boot', 'load', 'factory', 'listen'].includes(value as string);

function fields(checks: Readonly<Record<string, Check>>): Check {
  const entries = Object.entries(checks);
  return (value) => isObject(value) && entries.every(([name, check]) => check((value as Record<string, unknown>)[name]));
}

function optional(check: Check): Check {
  return (value) => value === undefined || check(value);
}

const isAddress: Check = (value) => value === null || isText(value) || fields({ address: isText, family: isText, port: isNumber })(value);
const isUrl: Check = (value) => value === null || isText(value);
const isReport = fields({
  forced: isFlag,
  cut: isFacts,
  timers: isFacts,
  handles: isFacts,
  closeError: optional(isError),
});
const isLine = fields({
  stream: (value) => value === 'stdout' || value === 'stderr',
  time: isNumber,
  text: isText,
  id: optional(isNumber),
  partial: optional(isFlag),
});

const FORMS: Readonly<Record<FromHost['type'], Check>> = {
  phase: fields({ id: isNumber, phase: isPhase }),
  started: fields({ id: isNumber, ready: fields({ address: isAddress, url: isUrl }) }),
  startFailed: fields({ id: isNumber, error: isError }),
  fared: fields({ id: isNumber, failed: isNoted, sent: isNoted, handled: isNoted }),
  cut: fields({ id: isNumber, connections: isFacts }),
  stopped: fields({ id: isNumber, report: isReport }),
  stopRequested: fields({ id: isNumber }),
  returned: fields({ id: isNumber, call: isNumber, value: isEncoded }),
  threw: fields({ id: isNumber, call: isNumber, error: isError }),
  callback: fields({ id: isNumber, callback: isNumber, function: isNumber, args: isEncoded }),
  callbackDropped: fields({ id: isNumber, function: isNumber, received: isNumber }),
  emitted: fields({ id: isNumber, event: isText, args: isEncoded }),
  logged: fields({ line: isLine }),
  child: fields({ pid: isProcessNumber, runs: isFlag }),
  handlerError: fields({ id: isNumber, answered: isText, error: optional(isError) }),
  flushed: fields({ id: isNumber, token: isNumber }),
  loaded: fields({ id: isNumber, token: isNumber, files: isTexts }),
  idled: fields({ id: isNumber, token: isNumber, inFlight: isNoted }),
  reviewed: fields({ id: isNumber, token: isNumber, closed: isFlag, fakeClock: isFlag, failed: isTexts, sent: isTexts, handled: isTexts }),
  crashed: fields({ error: isError, ending: optional(isFlag) }),
  covering: fields({}),
  ended: fields({
    code: isNumber,
    exitedAt: optional(isText),
    handled: optional(isError),
    stops: optional(isNumbers),
    coverage: optional(isObject),
  }),
};

/** Anything else is to be dropped. */
export function isFromHost(message: unknown): message is FromHost {
  if (!isObject(message)) return false;
  const { type } = message as { type?: unknown };
  return typeof type === 'string' && Object.hasOwn(FORMS, type) && FORMS[type as FromHost['type']](message);
}
