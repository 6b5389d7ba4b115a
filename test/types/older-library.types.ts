/**
 * What the compiler infers where `lib` is that of ES2018, or the types for Node are old: the same as elsewhere. Compiled by types.test.ts and the
 * matrix in projects of their own, never run.
 */
import { createServer } from 'net'; // @types/node before 16 knows no other name of it
import { Controller, ControllerError, useController } from 'jest-controller';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(..._proof: Same<A, B> extends true ? [] : ['these types differ', A, B]): void {}

class Inbox extends Controller {
  readonly mails = [{ subject: 'hello', at: new Date() }];
  factory() {
    return createServer();
  }
  newest() {
    return { subject: 'hello', at: new Date() };
  }
}

interface Mail {
  subject: string;
  at: Date;
}

const inbox = useController(Inbox);
same<ReturnType<typeof inbox.remote.newest>, Promise<Mail>>();
same<typeof inbox.remote.mails, Promise<Mail[]>>();
same<typeof inbox.remoteSync.mails, Mail[]>();
same<ConstructorParameters<typeof ControllerError>[2], { readonly cause?: unknown } | undefined>();
