/**
 * @jest-environment jest-controller/environment
 */
import { inThread } from './in-thread';
import { FRAMEWORKS, describeShapes } from './shapes';

describeShapes(FRAMEWORKS, inThread);
