/**
 * Jest's `setupFiles`: takes from the environment what would change what the tests' processes, threads and controllers do. Jest itself gives its
 * workers FORCE_COLOR where it writes in colours, on a terminal and in some services for CI. And it ends what the test file before this in the same
 * process goes on to hear of: the server side, which is made for a thread of its own, subscribes to Node's channels when it is loaded, and for good.
 */
const { spawn } = require('node:child_process');
const channels = require('node:diagnostics_channel');

// A test's own `process.env` is a copy; what Node starts by itself has the other.
const outer = spawn.constructor('return process')();
const OURS = /^(?:FORCE_COLOR|NO_COLOR|JEST_CONTROLLER_.*)$/;

for (const { env } of [outer, process]) for (const name of Object.keys(env)) if (OURS.test(name)) delete env[name];

const HEARING = Symbol.for('jest-controller.test.hearing');
const { subscribe, hearers } = (channels[HEARING] ??= { subscribe: channels.subscribe, hearers: [] });
for (const [name, hear] of hearers.splice(0)) channels.unsubscribe(name, hear);
channels.subscribe = (name, hear) => {
  hearers.push([name, hear]);
  subscribe(name, hear);
};
