// Takes the projects' files in turns, so that a noisy machine is noisy for all of them.
'use strict';
const Sequencer = require('@jest/test-sequencer').default;

module.exports = class extends Sequencer {
  sort(tests) {
    const number = ({ path }) => Number(/(\d+)\.test/.exec(path)[1]);
    return [...tests].sort((a, b) => number(a) - number(b));
  }
};
