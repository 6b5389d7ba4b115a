/**
 * What is handed to `useController` by mistake.
 */
import { expect, test } from '@jest/globals';
import { InvalidOptionError } from '../../src/errors/errors';
import { toController } from '../../src/jest/test-side/use-controller';
import { thrown } from '../controller/made';
import * as factories from '../fixtures/controllers/factories';
import * as echo from '../fixtures/controllers/echo';

const messageFor = (subject: unknown): string => {
  const error = thrown(() => toController(subject, {}));
  expect(error).toBeInstanceOf(InvalidOptionError);
  return (error as Error).message;
};

test('a name that its module does not export is undefined', () => {
  const { Nothing } = echo as unknown as { Nothing: unknown };
  expect(messageFor(Nothing)).toMatch(/got undefined\. Correct the name under which it is imported/);
});

test('of a whole module, the classes are named', () => {
  expect(messageFor(echo)).toContain('It is a whole module: hand over what it exports, EchoController.');
  expect(messageFor(factories)).toContain('ReturnsUndefined');
});

test('another object cannot leave the test', () => {
  expect(messageFor({ listen: () => undefined })).toContain('A server that the test file makes cannot leave it');
});
