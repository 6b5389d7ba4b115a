/** @type {import('jest').Config} */
export default {
  preset: 'jest-controller',
  transform: {},
};
