/**
 * Every error that the package raises says what failed, where, and what to change. Each place in src that makes one is found by the
 * compiler's eyes; here each is made to raise it. A new error without a row in raised/ fails the last test.
 */
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as path from 'node:path';
import { stacks } from './made-errors';
import { CONTROLLER } from './raised/controller';
import { JEST } from './raised/jest';
import { OPTIONS } from './raised/options';
import { errorOf } from './raised/raised';
import { REMOTE } from './raised/remote';
import { SERVER } from './raised/server';
import { raiseSites, SOURCES, type RaiseSite } from './raise-sites';

/** Places whose errors no user reads as this package's words. */
const NO_MESSAGES: Readonly<Record<string, string>> = {
  'host/host.ts #start': 'the wire’s own order, which only this package could break',
  'host/loading/install.ts notFound': 'Node’s own words, for load-failure.ts to make ours of',
  'jest/both-realms/later-error.ts asItIs': 'the error of the server, with its own words',
  'jest/report/output.ts errorOf': 'Jest’s own words for what was thrown',
  'loop/process-relay.ts outOfMemory': 'the cause that Node gives of a thread, for a process; end-errors.ts words it',
  'protocol/decode-binary.ts localBuffer': 'the cause of an unreadable message',
  'protocol/decode-error.ts makeNative': 'an error of the other side, with its own words',
  'protocol/decode-error.ts makeDomException': 'an error of the other side, with its own words',
  'protocol/encoder.ts export': 'never thrown: who asks has looked whether functions cross',
  'remote/calls.ts METHOD_STAND_IN': 'never called: it stands for a method that was read',
};

/** What tells a reader what to do. A new verb is a word to think about. */
const REMEDY =
  /(?:^|[.:;,(]\s*|\bor |\bto )(?:expected|add|ask|await|call|choose|configure|correct|end|export|give|hand|install|let|look|make|move|pass|raise|remove|replace|restart|return|run|say|set|start|take|use|wrap|write)\b/im;
/** A syntax error shows the line itself. */
const SHOWN = /^Syntax error: .*\(\d+:\d+\)/;

let sites: RaiseSite[];
const raised = new Set<string>();

beforeAll(() => {
  sites = raiseSites();
  // What was raised at the top of a file.
  mark();
});

/** Marks the sites that the stacks pass through. */
function mark(): void {
  for (const [, file = '', line = ''] of stacks.join('\n').matchAll(/\(?([^\s(]+):(\d+):\d+\)?$/gm)) {
    const inside = path.relative(SOURCES, file).replaceAll('\\', '/');
    for (const site of sites) if (site.file === inside && site.from <= Number(line) && Number(line) <= site.to) raised.add(site.key);
  }
}

describe.each(Object.entries({ CONTROLLER, OPTIONS, REMOTE, SERVER, JEST }))('%s', (_room, rows) => {
  test.each([...rows])('$when', async (row) => {
    stacks.length = 0;
    const error = await errorOf(row);
    if (!(error instanceof Error)) throw new Error(`Expected an error, got ${String(error)}`);
    mark();
    const { message } = error;
    for (const name of row.names) expect(message).toContain(name);
    if (!SHOWN.test(message)) expect(message).toMatch(REMEDY);
    expect(message).not.toMatch(/\[object |\bNaN\b| {2}(?!-|\||Timeout)|\.\.(?!\/)|\bnull\b/);
  });
});

test('there is a row for every error that src makes', () => {
  const missing = sites.filter(({ key }) => !raised.has(key) && !(key in NO_MESSAGES));
  expect(missing.map(({ key, from, code }) => `${key} (line ${String(from)}): ${code}`)).toStrictEqual([]);
});

test('what has no message of its own is still there', () => {
  const keys = sites.map(({ key }) => key);
  expect(Object.keys(NO_MESSAGES).filter((key) => !keys.includes(key))).toStrictEqual([]);
});
