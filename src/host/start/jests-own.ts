/**
 * Says of a start that failed for want of one of Jest's functions why that is not there: its error is the same as that of a typo. Server side.
 */

const MISSED = /^(jest|expect|f?describe|xdescribe|test|xtest|[fx]?it|(?:before|after)(?:All|Each)) is not defined$/;

/** Among the server's output, which the failed start shows. */
export function tellOfJestsOwn(error: unknown): void {
  const { name, message } = (error ?? {}) as { name?: unknown; message?: unknown };
  const missed = name === 'ReferenceError' ? MISSED.exec(String(message))?.[1] : undefined;
  if (missed === undefined) return;
  const remedy =
    missed === 'jest' ? 'Doubles can be made with `fn` and `spyOn` of the package jest-mock.' : 'What it does there is for the test to do.';
  process.stderr.write(
    `\`${missed}\` is Jest's, which has it in test files only, and not beside a server. ` +
      `Move what the server needs to a file that does without it. ${remedy}\n`,
  );
}
