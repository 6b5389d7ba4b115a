/**
 * @jest-environment jest-controller/environment
 */
import { inThread } from './in-thread';
import { WEB_SOCKETS, describeShapes } from './shapes';

describeShapes(WEB_SOCKETS, inThread);
