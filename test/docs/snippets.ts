/**
 * Reads the code blocks of a page and puts them together as the projects that they show.
 *
 * A block says its file: ```ts title="echo.test.ts". All blocks of a page make one project; `project="name"` puts a block into another.
 * `fails` marks a test file or script whose failure is the point.
 */

export interface Snippet {
  readonly file: string;
  readonly text: string;
  /** It is shown failing. */
  readonly fails: boolean;
  readonly project: string;
  /** Where it is in the page, for messages. */
  readonly line: number;
}

/** Languages that are code; the others are shown only. */
const CODE = new Set(['ts', 'mts', 'cts', 'js', 'mjs', 'cjs', 'tsx', 'jsx', 'typescript', 'javascript']);

/** The code blocks of a page. @throws for a code block that no test can run, since it does not say its file */
export function readSnippets(page: string, markdown: string): Snippet[] {
  const snippets: Snippet[] = [];
  const lines = markdown.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const fence = /^```(\w+)(.*)$/.exec(lines[at] ?? '');
    const end = fence === null ? -1 : lines.indexOf('```', at + 1);
    if (fence === null || end < 0) continue;
    const [, language = '', info = ''] = fence;
    const line = at + 1;
    const text = `${lines.slice(at + 1, end).join('\n')}\n`;
    at = end;
    const snippet = readInfo(info, `${page}:${String(line)}`);
    if (snippet.file !== undefined) snippets.push({ ...snippet, file: snippet.file, text, line });
    else if (CODE.has(language))
      throw new Error(`${page}:${String(line)}: this code block has no title="file", so that no test can run it.`);
  }
  return snippets;
}

function readInfo(info: string, place: string): { file: string | undefined; fails: boolean; project: string } {
  const rest = info.replace(/(\w+)="([^"]*)"/g, '').trim();
  const values = new Map([...info.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]));
  if (rest !== '' && rest !== 'fails') throw new Error(`${place}: unknown word in a code block's first line: ${rest}`);
  for (const name of values.keys()) if (name !== 'title' && name !== 'project') throw new Error(`${place}: unknown name ${name}`);
  return { file: values.get('title'), fails: rest === 'fails', project: values.get('project') ?? 'page' };
}

/** The projects of a page by name. @throws where two blocks of one project are the same file with different texts */
export function projectsOf(page: string, snippets: readonly Snippet[]): Map<string, readonly Snippet[]> {
  const projects = new Map<string, readonly Snippet[]>();
  for (const snippet of snippets) {
    const others = projects.get(snippet.project) ?? [];
    const same = others.find(({ file }) => file === snippet.file);
    if (same !== undefined && same.text !== snippet.text) {
      throw new Error(
        `${page}:${String(snippet.line)}: ${snippet.file} is also at line ${String(same.line)}. Use project="…" to part them.`,
      );
    }
    projects.set(snippet.project, [...others, snippet]);
  }
  return projects;
}
