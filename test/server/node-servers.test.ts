import { inProcess } from './in-process';
import { NODE_SERVERS, describeShapes } from './shapes';

describeShapes(NODE_SERVERS, inProcess);
