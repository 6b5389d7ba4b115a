/**
 * What a test file mocks by `jest.mock()`, which acts on the test side only: a failing test is told what of it its servers have loaded as it
 * is. Jest's realm.
 */
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { TrackedController } from '../controller/surroundings';
import type { LoaderService } from './loading/service';
import { within } from './within';

/** `jest.mock('./mailer'`, and what else replaces a module; not behind `//` or in a comment of several lines with stars. */
const MOCK = /(?<!^\s*(?:\/\/|\*).*)\bjest\s*\.\s*(?:mock|doMock|setMock|unstable_mockModule)\s*(?:<[^>]*>+\s*)?\(\s*(['"`])([^'"`$]+)\1/gm;

export class TestMocks {
  readonly #testPath: string;
  readonly #service: Pick<LoaderService, 'resolveEach'>;
  /** File to specifier; found when first asked for. */
  #mocked: ReadonlyMap<string, string> | undefined;

  constructor(testPath: string, service: Pick<LoaderService, 'resolveEach'>) {
    this.#testPath = testPath;
    this.#service = service;
  }

  /** A line for each controller beside whose server such a module has been loaded; those that do not answer within `limit` ms have none. */
  async unreached(controllers: readonly TrackedController[], limit: number): Promise<string[]> {
    this.#mocked ??= this.#find();
    const mocked = this.#mocked;
    if (mocked.size === 0) return [];
    const running = controllers.filter(({ state }) => state === 'running');
    const lines = await Promise.all(
      running.map(async (controller) => {
        const loaded = (await within(limit, controller.loaded([...mocked.keys()]))) ?? [];
        return hint(controller, [...new Set(loaded.map((file) => mocked.get(file) ?? file))]);
      }),
    );
    return lines.filter((line) => line !== '');
  }

  #find(): ReadonlyMap<string, string> {
    const specifiers = [...readText(this.#testPath).matchAll(MOCK)].map(([, , specifier = '']) => specifier);
    return new Map(specifiers.flatMap((specifier) => this.#resolve(specifier)));
  }

  /** Virtual modules are nowhere, and the server's side has core modules in any case. */
  #resolve(specifier: string): [file: string, specifier: string][] {
    try {
      const files = this.#service.resolveEach(this.#testPath, specifier);
      return files.filter((file) => path.isAbsolute(file)).map((file) => [file, specifier]);
    } catch {
      return [];
    }
  }
}

function hint({ name }: TrackedController, specifiers: readonly string[]): string {
  if (specifiers.length === 0) return '';
  const names = specifiers.map((specifier) => `'${specifier}'`);
  const option = names.map((text) => `${text}: './your-fake'`).join(', ');
  return (
    `${name}'s server has loaded the real ${names.join(' and ')}: jest.mock() acts on this side only. ` +
    `Replace them there with the option \`mocks: { ${option} }\`.`
  );
}

/** Empty where it cannot be read: a hint is not worth a failure of its own. */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
