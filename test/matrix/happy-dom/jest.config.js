module.exports = {
  testEnvironment: './happy-dom.environment.js',
  testEnvironmentOptions: { controllers: { site: './page.controller' } },
  transform: {},
};
