/**
 * withController() over an environment that this repository does not depend on: happy-dom's. jsdom's is in test/fit.
 */
import { ONE_BY_ONE } from './workshop.mjs';

export function happyDom(workshop) {
  for (const jest of workshop.short ? ['30'] : ['29.7', '30']) {
    const folder = workshop.project(`happy-dom-${jest}`, { from: ['happy-dom'] });
    workshop.install(folder, [`jest@${jest}`, '@happy-dom/jest-environment@20', workshop.tarball]);
    workshop.check(`happy-dom, Jest ${jest}`, folder, [{ args: ['node_modules/jest/bin/jest.js', ...ONE_BY_ONE] }]);
  }
}
