/**
 * Servers that do not end in order, what they cover until then, and how a report is read.
 */

/** The module of a server that calls `covered` and then comes to its end. */
export const server = (end: string): string => `
import { createServer } from 'node:http';
import { covered } from './covered';

export default createServer((request, response) => {
  covered();
  ${end}
});
`;

export const COVERED = `export function covered(): string {\n  return 'covered';\n}\n\nexport function not(): string {\n  return 'not covered';\n}\n`;

export const ENDS = {
  loops: `response.end('looping');\n  setImmediate(() => { for (;;); });`,
  crashes: `response.end('crashing');\n  setImmediate(() => { throw new Error('a crash'); });`,
  exits: `response.end('exiting');\n  setImmediate(() => process.exit(3));`,
} as const;

type Report = Record<
  string,
  { readonly statementMap: Record<string, { start: { line: number } }>; readonly s: Record<string, number> } | undefined
>;

/** The line and count of each statement of `file` in a `coverage-final.json`; undefined where the file is not in it. */
export function countsOf(report: string, file: string): (readonly [line: number, count: number | undefined])[] | undefined {
  const covered = (JSON.parse(report) as Report)[file];
  if (covered === undefined) return undefined;
  return Object.entries(covered.statementMap).map(([number, { start }]) => [start.line, covered.s[number]]);
}
