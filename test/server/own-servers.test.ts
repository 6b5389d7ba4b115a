import { inProcess } from './in-process';
import { OWN_SERVERS, describeShapes } from './shapes';

describeShapes(OWN_SERVERS, inProcess);
