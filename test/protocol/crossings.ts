/** The two ways in which an encoded value crosses, as functions; what comes back is of the outer realm, as in real life. */
import { deserialize, serialize } from 'node:v8';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { transferListOf, type Encoded } from '../../src/protocol/values';

export interface Crossing {
  readonly name: string;
  cross<Message>(message: Message): Message;
}

export const crossings: readonly Crossing[] = [
  { name: 'a MessagePort', cross: throughPort },
  { name: 'v8.serialize', cross: (message) => deserialize(serialize(message)) as typeof message },
];

export function throughPort<Message>(message: Message): Message {
  const { port1, port2 } = new MessageChannel();
  try {
    port1.postMessage(message, [...transferListOf(message as Encoded)] as never);
    const received = receiveMessageOnPort(port2) as { message: Message } | undefined;
    if (received === undefined) throw new Error('Nothing arrived');
    return received.message;
  } finally {
    port1.close();
  }
}
