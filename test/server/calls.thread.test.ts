/**
 * @jest-environment jest-controller/environment
 */
import { inThread } from './in-thread';
import { CALLS, describeShapes } from './shapes';

describeShapes(CALLS, inThread);
