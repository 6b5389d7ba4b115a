/**
 * A class whose constructor throws, as one does that misses its data.
 *
 * @jest-environment jest-controller/environment
 */
import { createServer, type Server } from 'node:net';
import { expect, test } from '@jest/globals';
import { Controller } from 'jest-controller';
import { thrown } from '../controller/made';
import { toController } from '../../src/jest/test-side/use-controller';

class MissingData extends Controller<{ origin: string }> {
  readonly origin = this.data.origin;

  factory(): Server {
    return createServer();
  }
}

test('shows the lines of the user alone', () => {
  const error = thrown(() => toController(MissingData, {}));
  expect(error).toBeInstanceOf(TypeError);
  expect(error.message).toContain("reading 'origin'");
  expect(error.stack).toContain('throwing-constructor.test.ts:13:');
  expect(error.stack).not.toContain('use-controller');
});
