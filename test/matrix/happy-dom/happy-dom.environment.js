const { withController } = require('jest-controller/environment');

module.exports = withController(require('@happy-dom/jest-environment').default);
