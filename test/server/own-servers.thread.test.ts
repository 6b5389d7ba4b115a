/**
 * @jest-environment jest-controller/environment
 */
import { inThread } from './in-thread';
import { OWN_SERVERS, describeShapes } from './shapes';

describeShapes(OWN_SERVERS, inThread);
