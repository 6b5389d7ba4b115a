/**
 * `npm run test:all`: every test file, with every row and round of those that `npm test` runs shortened.
 * @jest-config-loader ts-node
 * @jest-config-loader-options {"transpileOnly": true, "compilerOptions": {"module": "commonjs", "moduleResolution": "bundler"}}
 */
import type { Config } from 'jest';
import short from './jest.config';

const config: Config = { ...short, testPathIgnorePatterns: ['/node_modules/'], globals: { everything: true } };

export default config;
