/**
 * How long a fetch handler's answer is. Server side.
 *
 * A Response does not tell: Bun, Deno and @hono/node-server, which have Responses of their own, send the length of a text or of bytes as
 * `content-length`, and tests ask for it. Of Node's Response the body is read as far as it is at hand, which for these two is the whole.
 */
import { soon } from '../../time/clock';
import { member, method } from '../members';

type Body = NonNullable<Response['body']>;
type Reader = ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
type Read = Awaited<ReturnType<Reader['read']>>;

/** The same answer, with its length if its body is one chunk and ends behind it. Does not wait for what is not at hand. */
export async function withLength(response: Response): Promise<Response> {
  if (!isUntold(response)) return response;
  const reader = response.body.getReader();
  const begun = [reader.read(), reader.read()];
  const length = lengthOf(await atHand(begun));
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  if (length !== undefined) headers.set('content-length', String(length));
  return new Response(continued(begun, reader), { status, statusText, headers });
}

/**
 * Whether `response` has a body of unknown length that can be read: not one that somebody reads or has read, and not one of other
 * libraries, which may be Node's streams. A handler may return anything; what is no answer is left to who sends it.
 */
function isUntold(response: Response): response is Response & { readonly body: Body } {
  const body = member(response, 'body');
  if (!(body instanceof ReadableStream) || body.locked || member(response, 'bodyUsed') === true) return false;
  const has = method(member(response, 'headers'), 'has');
  return has?.('content-length') === false && has('transfer-encoding') === false;
}

/** What has been read by the end of this turn; nothing of what fails, since that is told to whoever reads on. */
function atHand(reads: readonly Promise<Read>[]): Promise<readonly Read[]> {
  return new Promise((resolve) => {
    soon(() => {
      resolve([]);
    });
    Promise.all(reads).then(resolve, () => {
      resolve([]);
    });
  });
}

function lengthOf([first, second]: readonly Read[]): number | undefined {
  if (first?.done === true) return 0;
  const chunk: unknown = first?.value;
  return second?.done === true && chunk instanceof Uint8Array ? chunk.byteLength : undefined;
}

/** The body from its beginning. */
function continued(begun: Promise<Read>[], reader: Reader): Body {
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await (begun.shift() ?? reader.read());
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
