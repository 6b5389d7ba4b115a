/** Jest's `globalTeardown`. */
import { rm } from 'node:fs/promises';

export default async function tearDown() {
  await rm(process.env.JEST_PACKED_PACKAGE, { recursive: true, force: true });
}
