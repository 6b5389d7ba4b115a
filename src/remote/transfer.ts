/**
 * `transfer`, where users and the server side's doorway find it. Both sides.
 */
export { transfer, type Transferable } from '../protocol/transfers';
