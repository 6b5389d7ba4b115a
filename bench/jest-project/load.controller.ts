import { createServer } from 'node:net';
import { Controller } from 'jest-controller';
import { loadApp } from './timed-load';

export class LoadController extends Controller {
  factory() {
    return createServer();
  }

  load(): number {
    return loadApp();
  }
}
