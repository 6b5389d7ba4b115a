/**
 * Reads the outcome of single tests out of a run of Jest's.
 */
import type { JestProject, RunOptions } from './jest-project';

export interface InnerResults {
  readonly output: string;
  /** Throws with what Jest said about the test, unless it passed. */
  expectPassed(title: string): void;
}

interface JsonReport {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { readonly title: string; readonly status: string; readonly failureMessages: readonly string[] }[];
  }[];
}

export async function runInner(project: JestProject, args: readonly string[] = [], options: RunOptions = {}): Promise<InnerResults> {
  const { output } = await project.run(['--json', '--outputFile=results.json', ...args], options);
  const report = JSON.parse(await project.read('results.json').catch(() => '{ "testResults": [] }')) as JsonReport;
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  return {
    output,
    expectPassed(title) {
      const found = tests.find((test) => test.title === title);
      if (found === undefined) throw new Error(`No test of that title ran.\n${output}`);
      if (found.status !== 'passed') throw new Error(found.failureMessages.join('\n'));
    },
  };
}
