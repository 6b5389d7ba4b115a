/**
 * Runs a suite of programs for each kind of loop, by the name of its class.
 */
import { describe } from '@jest/globals';
import { inForm } from '../form';

const LOOPS = inForm(['ThreadLoop', 'ProcessLoop'] as const, ['ThreadLoop'] as const);

export function describeEveryProgram(body: (loop: 'ThreadLoop' | 'ProcessLoop') => void): void {
  describe.each(LOOPS)('a program with a %s', (loop) => {
    body(loop);
  });
}
