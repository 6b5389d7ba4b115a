/**
 * Jest's `globalSetup`: gives all test files of a run one folder, in which the first that needs the packed package leaves it to the others.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

export default async function setUp() {
  // The workers inherit it.
  process.env.JEST_PACKED_PACKAGE = await mkdtemp(path.join(tmpdir(), 'jest-controller-packed-'));
}
