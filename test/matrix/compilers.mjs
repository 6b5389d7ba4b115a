/**
 * A consumer's types against the packed ones, for each compiler and kind of module that the package promises; no library check is skipped.
 */
import path from 'node:path';
import { writeFileSync } from 'node:fs';
import { pageProjects } from './page-projects.mjs';

const COMPILERS = ['5.4', '5.6', '5.9', '6.0', '7.0'];
const MODULES = [
  ['node16', 'node16'],
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
];

const STRICT = { strict: true, noEmit: true, types: ['node'] };

const IMPORTER = `import { Controller, useController } from 'jest-controller';
import { TestEnvironment, withController } from 'jest-controller/environment';
export class Own extends withController(TestEnvironment) {}
export const use: typeof useController = useController;
export type Base = Controller;
`;

export function compilers(workshop) {
  const folder = workshop.project('compilers', { from: ['../types'] });
  const aliases = COMPILERS.map((version) => `typescript-${version}@npm:typescript@~${version}`);
  workshop.install(folder, ['jest@30', '@types/node@20', ...aliases, workshop.tarball]);
  writeFileSync(path.join(folder, 'importer.mts'), IMPORTER);
  for (const compiler of workshop.some(COMPILERS)) {
    const commands = MODULES.map(([module, moduleResolution]) => {
      const config = `tsconfig.${module}.json`;
      writeFileSync(path.join(folder, config), tsconfig(module, moduleResolution));
      return { args: [`node_modules/typescript-${compiler}/bin/tsc`, '-p', config, '--pretty', 'false'] };
    });
    workshop.check(`TypeScript ${compiler}: ${MODULES.map(([, name]) => name).join(', ')}`, folder, commands);
  }
}

/** What the pages' TypeScript imports besides. */
const USED_BY_PAGES = ['express@5', '@types/express@5', 'ws@8', '@types/ws@8', 'selfsigned@5', 'jest-environment-jsdom@30'];

/**
 * What `npm install` brings today, by the line in README: types for Node that are stricter than those of the oldest Node that is supported. The
 * package's own types, and all that the pages show.
 */
export async function newestTypes(workshop) {
  const folder = workshop.project('newest-types', { from: ['../types'] });
  workshop.install(folder, ['jest@30', '@types/node@26', 'typescript@6', ...USED_BY_PAGES, workshop.tarball]);
  writeFileSync(path.join(folder, 'importer.mts'), IMPORTER);
  writeFileSync(path.join(folder, 'tsconfig.json'), tsconfig('nodenext', 'nodenext'));
  const compile = (project) => ({ args: ['node_modules/typescript/bin/tsc', '-p', project, '--pretty', 'false'] });
  workshop.check('TypeScript 6 and @types/node 26', folder, [compile('.')]);
  const pages = await pageProjects(folder);
  for (const { project, files } of pages) writeFileSync(path.join(folder, project, 'tsconfig.json'), pageConfig(files));
  workshop.check(
    `TypeScript 6 and @types/node 26: ${pages.length} projects of the pages`,
    folder,
    pages.map(({ project }) => compile(project)),
  );
}

/** What a project has that was not touched for years. Its types for Node lack much of what this package's mention. */
export function olderTypes(workshop) {
  const folder = workshop.project('older-types', { from: ['../types'] });
  workshop.install(folder, ['jest@29', '@types/node@14', 'typescript@4.9', workshop.tarball]);
  const compilerOptions = { ...STRICT, target: 'es2018', lib: ['es2018'], module: 'commonjs', skipLibCheck: true };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['older-library.types.ts'] }));
  workshop.check('TypeScript 4.9 and @types/node 14', folder, [{ args: ['node_modules/typescript/bin/tsc', '--pretty', 'false'] }]);
}

function tsconfig(module, moduleResolution) {
  const lib = ['es2023', 'esnext.disposable'];
  const compilerOptions = { ...STRICT, target: 'es2022', lib, module, moduleResolution, skipLibCheck: false };
  return JSON.stringify({ compilerOptions, files: ['importer.mts', 'use-controller.types.ts', 'app-module.ts'] });
}

/** What README gives a project, with the types of Node's own, as `npm init` and `tsc --init` of today leave it. */
function pageConfig(files) {
  const lib = ['es2023', 'dom', 'esnext.disposable'];
  const compilerOptions = { ...STRICT, target: 'es2022', lib, module: 'esnext', moduleResolution: 'bundler', skipLibCheck: true };
  return JSON.stringify({ compilerOptions, files });
}
