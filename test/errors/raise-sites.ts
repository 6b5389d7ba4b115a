/**
 * Finds the places in src that make an error, by the TypeScript compiler's own eyes.
 */
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';

export const SOURCES = path.resolve(__dirname, '..', '..', 'src');

/** An expression that makes an error, and where it is. Lines count from 1. */
export interface RaiseSite {
  /** Its file within src, and the function around it; the second of one function has #2. */
  readonly key: string;
  readonly file: string;
  readonly from: number;
  readonly to: number;
  /** Its code, for the failure's message. */
  readonly code: string;
}

/** Functions that word an error of what they are given: each call of theirs is a message of its own. */
const WORDING = new Set(['unexpected', 'malformed']);

/** All of them, in the order of files and lines. */
export function raiseSites(): RaiseSite[] {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((name) => /\.m?ts$/.test(name));
  return files.sort().flatMap((file) => sitesIn(file.replaceAll('\\', '/')));
}

function sitesIn(file: string): RaiseSite[] {
  const source = ts.createSourceFile(file, readFileSync(path.join(SOURCES, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const sites: RaiseSite[] = [];
  const counts = new Map<string, number>();
  const visit = (node: ts.Node): void => {
    if (makesError(node)) {
      const around = `${file} ${functionAround(node)}`;
      const count = (counts.get(around) ?? 0) + 1;
      counts.set(around, count);
      const line = (position: number): number => source.getLineAndCharacterOfPosition(position).line + 1;
      sites.push({
        key: count === 1 ? around : `${around} #${String(count)}`,
        file,
        from: line(node.getStart()),
        to: line(node.getEnd()),
        code: node.getText().replace(/\s+/g, ' '),
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return sites;
}

function makesError(node: ts.Node): boolean {
  if (ts.isNewExpression(node)) return /Error$/.test(node.expression.getText());
  return ts.isCallExpression(node) && ts.isIdentifier(node.expression) && WORDING.has(node.expression.text);
}

/** The name of the function, method or class around a node; for one without a name, of what is around that. */
function functionAround(node: ts.Node): string {
  for (let at = node.parent; at !== undefined; at = at.parent) {
    if (ts.isConstructorDeclaration(at)) return `new ${at.parent.name?.text ?? 'class'}`;
    if ((ts.isFunctionDeclaration(at) || ts.isMethodDeclaration(at) || ts.isAccessor(at)) && at.name !== undefined)
      return at.name.getText();
    if (ts.isVariableDeclaration(at) && at.initializer !== undefined && ts.isFunctionLike(at.initializer)) return at.name.getText();
  }
  return 'at module level';
}
