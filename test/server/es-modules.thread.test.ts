/**
 * @jest-environment jest-controller/environment
 */
import { inThread } from './in-thread';
import { ES_MODULES, describeShapes } from './shapes';

describeShapes(ES_MODULES, inThread);
