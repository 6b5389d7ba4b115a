/**
 * Small changes to a module's text before it runs. Server side; pure.
 */
import { pathToFileURL } from 'node:url';
import type { TransformResult } from '../../protocol/loader';

/** Text without byte order mark and shebang line. */
export function withoutMarks(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/^#!.*/, '');
}

/**
 * Transformed code with a pointer to its source map, so that stacks show the positions of the source. The pointer has no scheme, for of those
 * Node knows `data:` only: https://github.com/nodejs/node/blob/v20.20.2/lib/internal/source_map/source_map_cache.js#L214-L228.
 */
export function withSourceMap({ code, sourceMapPath }: TransformResult): string {
  if (sourceMapPath === null || code.includes('//# sourceMappingURL=data:')) return code;
  return `${code}\n//# sourceMappingURL=${pathToFileURL(sourceMapPath).pathname}`;
}
