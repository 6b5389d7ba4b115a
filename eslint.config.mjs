import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Who must not import whom: the other half of the table in src/README.md. */
const FORBIDDEN = {
  controller: ['host', 'server', 'jest'],
  loop: ['controller', 'remote', 'host', 'server', 'jest'],
  remote: ['controller', 'loop', 'host', 'server', 'jest'],
  protocol: ['controller', 'loop', 'remote', 'host', 'server', 'jest', 'time'],
  host: ['controller', 'loop', 'remote', 'jest'],
  server: ['controller', 'loop', 'remote', 'host', 'jest'],
  jest: ['host', 'server'],
  errors: ['controller', 'loop', 'remote', 'protocol', 'host', 'server', 'jest', 'time'],
  time: ['controller', 'loop', 'remote', 'protocol', 'host', 'server', 'jest', 'errors'],
};

/**
 * In `jest/` the test file's realm and Jest's own meet. What runs in one of them takes nothing but types from the other; `run-scope/in-run`
 * is evaluated in both.
 */
const OTHER_REALM = {
  regex: String.raw`^(?:\.\.?/)+test-side/`,
  message: "Jest's realm takes types only from the test file's: see src/README.md.",
  allowTypeImports: true,
};
const JEST_REALM = {
  regex: String.raw`^\.\./(?!\.\./|both-realms/|run-scope/in-run$)`,
  message: "The test file's realm does not import Jest's: see src/README.md.",
};

const rooms = Object.entries(FORBIDDEN).flatMap(([room, others]) => {
  const otherRooms = {
    regex: String.raw`^(?:\.\.?/)+(?:${others.join('|')})/`,
    message: `The room ${room} does not import this one: see src/README.md.`,
    // What crosses between rooms as a type costs nobody a load; the host's own are its own affair.
    allowTypeImports: room === 'controller',
  };
  const allow = (files, patterns) => ({ files, rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] } });
  if (room !== 'jest') return allow([`src/${room}/**/*.{ts,mts,cts}`], [otherRooms]);
  return [
    allow(['src/jest/**/*.{ts,mts,cts}'], [otherRooms, OTHER_REALM]),
    allow(['src/jest/{test-side,both-realms}/**/*.ts'], [otherRooms, JEST_REALM]),
  ];
});

/** For all TypeScript. */
const STYLE = {
  // Only functions and methods need the warning; parameters and rests that are named so say themselves that they are unused.
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  // Types tell what this Node, this Jest and a well-behaved user give; others are met at run time, and looked at.
  '@typescript-eslint/no-unnecessary-condition': 'off',
  // They disagree with tsc over what it narrows at a boundary, from one version to the next.
  '@typescript-eslint/no-unnecessary-type-assertion': 'off',
  // Members are read to be looked at, or called by Reflect with their owner.
  '@typescript-eslint/unbound-method': 'off',
  // String() is what makes a hostile value a string, whatever its type says.
  '@typescript-eslint/no-unnecessary-type-conversion': 'off',
  '@typescript-eslint/no-base-to-string': 'off',
  // It marks what is left unused on purpose.
  '@typescript-eslint/no-meaningless-void-operator': 'off',
  // `void | Promise<void>` is what a hook may return.
  '@typescript-eslint/no-invalid-void-type': 'off',
  '@typescript-eslint/no-empty-function': 'off',
};

/** Tests throw, ignore and provoke what no user should. */
const IN_TESTS = {
  '@typescript-eslint/no-require-imports': 'off',
  '@typescript-eslint/no-floating-promises': 'off',
  '@typescript-eslint/no-misused-promises': 'off',
  '@typescript-eslint/no-confusing-void-expression': 'off',
  '@typescript-eslint/no-extraneous-class': 'off',
  '@typescript-eslint/no-unsafe-argument': 'off',
  '@typescript-eslint/no-unsafe-assignment': 'off',
  '@typescript-eslint/no-unsafe-call': 'off',
  '@typescript-eslint/no-unsafe-member-access': 'off',
  '@typescript-eslint/no-unsafe-return': 'off',
  '@typescript-eslint/only-throw-error': 'off',
  '@typescript-eslint/prefer-promise-reject-errors': 'off',
  '@typescript-eslint/require-await': 'off',
  '@typescript-eslint/no-deprecated': 'off',
  '@typescript-eslint/no-dynamic-delete': 'off',
  '@typescript-eslint/no-useless-constructor': 'off',
  '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
  '@typescript-eslint/await-thenable': 'off',
  '@typescript-eslint/no-unnecessary-type-parameters': 'off',
};

const NODE_GLOBALS = Object.fromEntries(
  [
    'console',
    'process',
    'fetch',
    'URL',
    'Buffer',
    'setTimeout',
    'setImmediate',
    'setInterval',
    'clearTimeout',
    'clearInterval',
    'performance',
  ].map((name) => [name, 'readonly']),
);

export default defineConfig(
  globalIgnores(['build/', 'dist/', 'coverage/', '**/node_modules/']),
  js.configs.recommended,
  { files: ['**/*.{js,mjs,cjs}'], languageOptions: { globals: NODE_GLOBALS } },
  {
    files: ['**/*.{js,cjs}'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { require: 'readonly', module: 'writable', exports: 'writable', __dirname: 'readonly', __filename: 'readonly' },
    },
  },
  {
    files: ['src/**/*.{ts,mts,cts}', 'test/**/*.ts', '*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: STYLE,
  },
  {
    // What is needed only sometimes is required when it is: each file costs every start, or every process of Jest.
    files: ['src/host/**', 'src/server/**', 'src/jest/loading/**', 'src/jest/coverage/**'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  ...rooms,
  { files: ['test/**/*.ts'], rules: IN_TESTS },
  {
    // Compiled only, never run.
    files: ['test/types/**'],
    rules: { '@typescript-eslint/no-unused-vars': 'off', '@typescript-eslint/no-unused-expressions': 'off' },
  },
  {
    // Examples and benchmarks are compiled by their own projects.
    files: ['examples/**/*.ts', 'bench/**/*.ts'],
    extends: [tseslint.configs.strict],
    rules: { '@typescript-eslint/no-extraneous-class': 'off' },
  },
  {
    files: ['examples/esm/**/*.js', 'examples/babel/src/**/*.js', 'test/matrix/project/esm/**/*.js'],
    languageOptions: { sourceType: 'module' },
  },
  {
    files: ['examples/**/*.test.js'],
    languageOptions: { globals: { afterEach: 'readonly', describe: 'readonly', expect: 'readonly', jest: 'readonly', test: 'readonly' } },
  },
);
