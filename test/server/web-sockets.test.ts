import { inProcess } from './in-process';
import { WEB_SOCKETS, describeShapes } from './shapes';

describeShapes(WEB_SOCKETS, inProcess);
