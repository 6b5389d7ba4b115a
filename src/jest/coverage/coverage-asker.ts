/**
 * The script of a thread that asks other threads for their coverage, by Node's inspector.
 *
 * It is a thread of its own because to attach to the threads of a process is safe only from another thread than the main one. There, Node
 * lists the threads that it attaches to and runs JavaScript for each, amid which a thread that starts or ends changes the list: the process
 * ends with SIGSEGV (seen with Node 20 to 26).
 */
import { Session } from 'node:inspector';
import { parentPort } from 'node:worker_threads';
import { COVERAGE_HATCH, type WhichCoverage } from '../../protocol/coverage-hatch';
import { answeredWithin } from '../../time/answered';
import { soon } from '../../time/clock';

export interface CoverageQuestion {
  /** The thread's number. */
  readonly thread: number;
  readonly which: WhichCoverage;
  /** Milliseconds after which it counts as one that cannot be asked. */
  readonly patience: number;
}

/** A question, and where its answer is to stand. */
export interface NumberedQuestion extends CoverageQuestion {
  readonly id: number;
}

export interface CoverageAnswer {
  readonly id: number;
  /** As JSON; undefined where the thread collects nothing or does not answer. */
  readonly coverage: string | undefined;
}

interface InspectorNotification<Params> {
  readonly params: Params;
}

type AttachedToWorker = InspectorNotification<{ readonly sessionId: string; readonly workerInfo: { readonly title: string } }>;
type ReceivedFromWorker = InspectorNotification<{ readonly sessionId: string; readonly message: string }>;

parentPort?.on('message', ({ id, ...question }: NumberedQuestion) => {
  void ask(question).then((coverage) => {
    parentPort?.postMessage({ id, coverage } satisfies CoverageAnswer);
  });
});

async function ask({ thread, which, patience }: CoverageQuestion): Promise<string | undefined> {
  const session = new Session();
  const coverage = await answeredWithin(patience, answerOf(session, thread, which));
  // Not from inside a notification of the session's own: that can bring the whole process down (Node 20).
  await new Promise<void>(soon);
  session.disconnect();
  return coverage;
}

function answerOf(session: Session, thread: number, which: WhichCoverage): Promise<string | undefined> {
  return new Promise((resolve) => {
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
      if (sessionId === asked) resolve(coverageIn(message));
    });
    // It sees all threads of the process, those that threads have made too.
    session.connectToMainThread();
    session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  });
}

function coverageIn(message: string): string | undefined {
  const answer = JSON.parse(message) as { readonly result?: { readonly result?: { readonly value?: unknown } } };
  const value = answer.result?.result?.value;
  return typeof value === 'string' ? value : undefined;
}
