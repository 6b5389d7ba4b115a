/**
 * What the compiler infers where `lib` is that of ES2018: the same as elsewhere. Compiled by types.test.ts in a project of its own, never run.
 */
import { createServer } from 'node:net';
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
