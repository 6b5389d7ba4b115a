import { createServer } from 'node:net';
import { Controller } from 'jest-controller';
import { loadApp, loadFile } from './timed-load';

export class LoadController extends Controller {
  factory() {
    return createServer();
  }

  loadFile(): number {
    return loadFile();
  }

  load(): number {
    return loadApp();
  }
}
