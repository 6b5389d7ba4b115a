/** The package and the servers as CommonJS, as most Jest projects load them. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
export const { EchoController } = require('../servers/echo.cjs');
export const { WebController } = require('../servers/web.controller.cjs');
export const { makeServer } = require('../servers/web.cjs');
export const { ThreadLoop } = require('jest-controller');
