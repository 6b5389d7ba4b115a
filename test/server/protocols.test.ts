import { inProcess } from './in-process';
import { PROTOCOLS, describeShapes } from './shapes';

describeShapes(PROTOCOLS, inProcess);
