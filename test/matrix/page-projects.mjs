/**
 * The TypeScript that README and the pages of docs/ show, as files.
 */
import { transformSync } from 'esbuild';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { HERE } from './workshop.mjs';

const REPOSITORY = path.join(HERE, '..', '..');

/** Writes each project that has any to a folder of its own within `folder`. */
export async function pageProjects(folder) {
  const { readSnippets, projectsOf } = await snippetReader();
  const docs = readdirSync(path.join(REPOSITORY, 'docs')).filter((name) => name.endsWith('.md'));
  return ['README.md', ...docs.map((name) => path.join('docs', name))].flatMap((page) => {
    const snippets = readSnippets(page, readFileSync(path.join(REPOSITORY, page), 'utf8'));
    return [...projectsOf(page, snippets)].flatMap(([name, parts]) => {
      const project = path.join('pages', `${path.basename(page, '.md')}-${name}`);
      for (const { file, text } of parts) {
        const target = path.join(folder, project, file);
        mkdirSync(path.dirname(target), { recursive: true });
        writeFileSync(target, text);
      }
      const files = parts.map(({ file }) => file).filter((file) => /\.[cm]?tsx?$/.test(file));
      return files.length === 0 ? [] : [{ project, files }];
    });
  });
}

/** What the tests of the pages read them by, which is TypeScript. */
function snippetReader() {
  const { code } = transformSync(readFileSync(path.join(HERE, '..', 'docs', 'snippets.ts'), 'utf8'), { loader: 'ts', format: 'esm' });
  return import(`data:text/javascript,${encodeURIComponent(code)}`);
}
