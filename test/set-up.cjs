/**
 * Jest's `setupFiles`: takes from the environment what would change what the tests' processes, threads and controllers do. Jest itself gives its
 * workers FORCE_COLOR where it writes in colours, on a terminal and in some services for CI.
 */
const { spawn } = require('node:child_process');

// A test's own `process.env` is a copy; what Node starts by itself has the other.
const outer = spawn.constructor('return process')();
const OURS = /^(?:FORCE_COLOR|NO_COLOR|JEST_CONTROLLER_.*)$/;

for (const { env } of [outer, process]) for (const name of Object.keys(env)) if (OURS.test(name)) delete env[name];
