/**
 * Gets the coverage out of a thread that does not listen any more, before it is terminated, or of one that goes on. Jest's outer realm, and
 * the holder's process.
 *
 * A server in an endless loop reads no message, but V8 interrupts it for an inspector. One that sits in a blocking call of the
 * system (`execSync`) cannot be asked; its coverage is lost with it.
 */
import { Session } from 'node:inspector';
import { isMainThread } from 'node:worker_threads';
import { COVERAGE_HATCH, type WhichCoverage } from '../protocol/coverage-hatch';
import type { HostHandle } from '../loop/handle';
import type { HostCoverage } from '../protocol/messages';
import { after, soon } from '../time/clock';

/** Milliseconds after which a thread counts as deaf. One that can answer does within a few, but on a machine that does much else at once. */
const PATIENCE = 1000;

export interface LastCoverageHooks {
  take(coverage: HostCoverage): void;
  /** The thread is being asked and terminated. */
  ending(end: Promise<void>): void;
}

/** The same thread, which gives its coverage before it is terminated, unless it has sent it already. */
export function withLastCoverage(thread: HostHandle, hooks: LastCoverageHooks): HostHandle {
  let ending: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    const coverage = await coverageOfThread({ thread: thread.number, which: 'last', patience: PATIENCE });
    if (coverage !== undefined) hooks.take(coverage);
    await thread.terminate();
  };
  const terminate = (): Promise<void> => {
    if (ending === undefined) hooks.ending((ending = end()));
    return ending;
  };
  return Object.assign(Object.create(thread) as HostHandle, { terminate });
}

interface InspectorNotification<Params> {
  readonly params: Params;
}

type AttachedToWorker = InspectorNotification<{ readonly sessionId: string; readonly workerInfo: { readonly title: string } }>;
type ReceivedFromWorker = InspectorNotification<{ readonly sessionId: string; readonly message: string }>;

export interface CoverageQuestion {
  /** The thread's number. */
  readonly thread: number;
  readonly which: WhichCoverage;
  /** Milliseconds after which it counts as one that cannot be asked. */
  readonly patience: number;
}

/** What the thread has covered; undefined if it collects nothing or cannot be asked. Never rejects. */
export function coverageOfThread(question: CoverageQuestion): Promise<HostCoverage | undefined> {
  return new Promise((resolve) => {
    const session = new Session();
    const finish = (coverage: HostCoverage | undefined): void => {
      cancel();
      // Not from inside a notification of the session's own: that can bring the whole process down (Node 20).
      soon(() => {
        session.disconnect();
      });
      resolve(coverage);
    };
    const cancel = after(question.patience, () => {
      finish(undefined);
    });
    try {
      // A thread of Jest's own (`workerThreads`) sees no threads; the main one sees all, those that threads have made too.
      if (isMainThread) session.connect();
      else session.connectToMainThread();
      ask(session, question, finish);
    } catch {
      // Somebody's Node without inspector.
      finish(undefined);
    }
  });
}

function ask(session: Session, { thread, which }: CoverageQuestion, finish: (coverage: HostCoverage | undefined) => void): void {
  let asked: string | undefined;
  session.on('NodeWorker.attachedToWorker', ({ params: { sessionId, workerInfo } }: AttachedToWorker) => {
    // `workerId` only counts attachments; the title begins with the thread's number.
    if (!workerInfo.title.startsWith(`[worker ${String(thread)}]`)) return;
    asked = sessionId;
    const expression = `globalThis[Symbol.for(${JSON.stringify(COVERAGE_HATCH)})]?.(${JSON.stringify(which)})`;
    const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression, returnByValue: true } });
    session.post('NodeWorker.sendMessageToWorker', { sessionId, message });
  });
  session.on('NodeWorker.receivedMessageFromWorker', ({ params: { sessionId, message } }: ReceivedFromWorker) => {
    if (sessionId === asked) finish(coverageIn(message));
  });
  session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
}

function coverageIn(message: string): HostCoverage | undefined {
  const answer = JSON.parse(message) as { readonly result?: { readonly result?: { readonly value?: unknown } } };
  const value = answer.result?.result?.value;
  return typeof value === 'string' ? (JSON.parse(value) as HostCoverage) : undefined;
}
