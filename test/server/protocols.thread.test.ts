/**
 * @jest-environment jest-controller/environment
 */
import { inThread } from './in-thread';
import { PROTOCOLS, describeShapes } from './shapes';

describeShapes(PROTOCOLS, inThread);
