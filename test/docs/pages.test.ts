/**
 * Every code block of the README and of docs/ runs, in a project that has the package installed from its tarball.
 */
import { afterEach, expect, test } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { everything, inForm } from '../form';
import { installedProject, REPOSITORY, type InstalledProject } from '../package/installed-project';
import { STAND_INS } from './stand-ins';
import { projectsOf, readSnippets, type Snippet } from './snippets';

const LIMIT = 180_000;
const pages = [
  'README.md',
  ...readdirSync(path.join(REPOSITORY, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** What a page need not repeat: the set-up that the README shows. */
const COMMONJS = {
  'jest.config.js': `module.exports = { preset: 'jest-controller', transform: { '^.+\\\\.tsx?$': 'ts-jest' } };\n`,
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      target: 'es2022',
      module: 'commonjs',
      lib: ['es2023', 'dom', 'esnext.disposable'],
      strict: true,
      esModuleInterop: true,
      skipLibCheck: true,
      types: ['node'],
    },
  }),
};

const ESM = {
  'package.json': '{ "name": "project", "private": true, "type": "module" }',
  'jest.config.js': `export default { preset: 'jest-controller', transform: {} };\n`,
};

/** The set-up of a project, less what it brings itself. */
function setUp(name: string, brought: readonly string[]): Record<string, string> {
  const files = Object.entries(isEsm(name) ? ESM : COMMONJS);
  const configured = brought.some((file) => /^jest\.config\./.test(file));
  return Object.fromEntries(files.filter(([file]) => !(configured && file === 'jest.config.js')));
}

type Files = Readonly<Record<string, string>>;

/** The same, whose types are not checked: a compiler's run costs more than all the rest. types.test.ts checks the README's. */
function untyped(files: Files): Files {
  const { compilerOptions } = JSON.parse(files['tsconfig.json'] ?? '{}') as { readonly compilerOptions?: object };
  return { ...files, 'tsconfig.json': JSON.stringify({ compilerOptions: { ...compilerOptions, isolatedModules: true } }) };
}

let project: InstalledProject | undefined;
afterEach(async () => {
  await project?.remove();
  project = undefined;
});

const isTest = ({ file }: Snippet): boolean => /\.test\.[cm]?[jt]sx?$/.test(file);
const isScript = ({ file }: Snippet): boolean => /(?:^|\/)main[\w-]*\.[cm]?js$/.test(file);
/** An ES-module project has a package.json of that type, or is called so. */
const isEsm = (name: string): boolean => name.startsWith('esm');

const text = (page: string): string => readFileSync(path.join(REPOSITORY, page), 'utf8');

test.each(pages)('%s: each code block says its file', (page) => {
  expect(() => projectsOf(page, readSnippets(page, text(page)))).not.toThrow();
});

test.each(pages)('%s: no object of a response is compared by toStrictEqual, which fails with Jest before 30.4', (page) => {
  expect(text(page)).not.toMatch(/\.json\(\)\)+\.toStrictEqual\(/);
});

const projects = inForm(pages, ['README.md']).flatMap((page) => {
  try {
    return [...projectsOf(page, readSnippets(page, text(page)))].map(([name, snippets]) => ({ page, name, snippets }));
  } catch {
    // The test above tells.
    return [];
  }
});

test.each(projects)(
  '$page: the code of its project "$name" runs',
  async ({ name, snippets }) => {
    const shown = Object.fromEntries(snippets.map((snippet) => [snippet.file, snippet.text]));
    const files = { ...setUp(name, Object.keys(shown)), ...shown };
    project = await installedProject(everything ? files : untyped(files));
    const used = Object.entries(STAND_INS).filter(([file]) =>
      snippets.some(({ text }) => text.includes(`'${path.basename(path.dirname(file))}'`)),
    );
    await project.write(Object.fromEntries(used));
    await runTests(project, snippets.filter(isTest), isEsm(name));
    for (const script of snippets.filter(isScript)) {
      const { code, output } = await project.run(script.file);
      if ((code !== 0) !== script.fails) throw new Error(`${script.file} (line ${String(script.line)}):\n${output}`);
    }
  },
  LIMIT,
);

test.each(pages)('%s: what it links to is there', (page) => {
  const targets = [...text(page).matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target);
  const missing = targets.filter((target) => !existsSync(path.resolve(REPOSITORY, path.dirname(page), target)));
  expect(missing).toStrictEqual([]);
});

async function runTests(made: InstalledProject, tests: readonly Snippet[], esm: boolean): Promise<void> {
  if (tests.length === 0) return;
  const { output } = await made.jest([], esm ? { env: { NODE_OPTIONS: '--experimental-vm-modules' } } : {});
  const wrong = tests.filter(({ file, fails }) => new RegExp(`^PASS .*${escape(file)}`, 'm').test(output) === fails);
  if (wrong.length > 0) throw new Error(`${wrong.map(({ file, line }) => `${file} (line ${String(line)})`).join(', ')}:\n${output}`);
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
