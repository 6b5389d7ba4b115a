/**
 * The server's last output in the error of a start that failed.
 *
 * @jest-environment jest-controller/environment
 */
import { expect, test } from '@jest/globals';
import { FactoryError } from 'jest-controller';
import { SaysAndReturnsNothing, SaysAndThrows } from '../fixtures/controllers/factories';
import { describeEveryLoop } from '../loop/loops';
import { maker, rejection } from './made';

const shownIn = (text = ''): string[] => text.split('\n').filter((line) => line.startsWith('  | '));

describeEveryLoop('the last output before a start failed', (kind) => {
  const make = maker(() => kind.make());

  test("is in the stack of the server's own error, whose message stays as it is", async () => {
    const error = await rejection(make(SaysAndThrows, { data: 2 }).start());
    expect(error.message).toBe('no kitchen');
    expect(error.stack).toMatch(
      /^TypeError: no kitchen\n\nLast output of SaysAndThrows:\n {2}\| line 1\.\n {2}\| line 2\.\n {2}\| no end\n\n\s+at /,
    );
    expect(Object.keys(error)).toStrictEqual([]);
  });

  test('is in the message of an error of this package', async () => {
    const error = await rejection(make(SaysAndReturnsNothing, { data: 1 }).start());
    expect(error).toBeInstanceOf(FactoryError);
    expect(shownIn(error.message)).toStrictEqual(['  | line 1.', '  | no end']);
    expect(shownIn(error.stack)).toStrictEqual(['  | line 1.', '  | no end']);
  });

  test('is that of this start', async () => {
    const controller = make(SaysAndThrows, { data: 1 });
    await rejection(controller.start());
    expect(shownIn((await rejection(controller.start())).stack)).toHaveLength(2);
  });

  test('is cut to its end, and the rest counted', async () => {
    const controller = make(SaysAndThrows, { data: 1000 });
    const { stack } = await rejection(controller.start());
    expect(stack).toContain('… 971 earlier lines: `logs` of the controller has them\n  | line 972.\n');
    expect(shownIn(stack)).toHaveLength(30);
    expect(controller.logs).toHaveLength(1001);
  });

  test.each(['silent', 'live'] as const)("is not repeated under logs: '%s'", async (logs) => {
    expect(shownIn((await rejection(make(SaysAndThrows, { data: 0, logs }).start())).stack)).toStrictEqual([]);
  });
});
