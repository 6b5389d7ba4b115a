/**
 * Runs a suite of programs for each kind of loop, by the name of its class.
 */
import { describe } from '@jest/globals';

export function describeEveryProgram(body: (loop: 'ThreadLoop' | 'ProcessLoop') => void): void {
  describe.each(['ThreadLoop', 'ProcessLoop'] as const)('a program with a %s', (loop) => {
    body(loop);
  });
}
