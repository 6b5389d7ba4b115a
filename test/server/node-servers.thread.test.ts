/**
 * @jest-environment jest-controller/environment
 */
import { inThread } from './in-thread';
import { NODE_SERVERS, describeShapes } from './shapes';

describeShapes(NODE_SERVERS, inThread);
