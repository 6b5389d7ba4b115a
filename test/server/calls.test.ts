import { inProcess } from './in-process';
import { CALLS, describeShapes } from './shapes';

describeShapes(CALLS, inProcess);
