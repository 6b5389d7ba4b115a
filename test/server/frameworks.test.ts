import { inProcess } from './in-process';
import { FRAMEWORKS, describeShapes } from './shapes';

describeShapes(FRAMEWORKS, inProcess);
