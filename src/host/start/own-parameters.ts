/**
 * Refuses a class whose constructor keeps a parameter to itself, which has another value beside the server than in the test. Server side; loaded for
 * constructors with parameters only.
 */
import { UsageError } from '../../errors/errors';
import { closingAfter, listAfter, withoutDefault, withoutTexts } from '../../server/function-text';

/** What a constructor is called with beside the server. */
const GIVEN = ['the hostname', 'the port', 'the options'];

/**
 * Judged by the text: a parameter that is used up to the call of `super()` may well be handed on by it, as a part of the options.
 * @param text of the class, or of the one of its ancestors whose constructor is written
 * @throws {UsageError} naming the parameter
 */
export function refuseOwnParameters(name: string, text: string): void {
  const { parameters, passed, kept } = readConstructor(withoutTexts(text));
  if (passed.has('arguments')) return;
  const index = parameters.findIndex((parameter, position) => {
    const names = identifiersIn(withoutDefault(parameter));
    const isOwn = [...names].some((word) => kept.has(word)) && ![...names].some((word) => passed.has(word));
    // Behind the options, a parameter with a default has that on both sides, unless the test gives another.
    return isOwn && (position < GIVEN.length || !parameter.includes('='));
  });
  const parameter = parameters[index];
  if (parameter === undefined) return;
  const own = withoutDefault(parameter);
  throw new UsageError(
    `The constructor of ${name} keeps \`${own}\` to itself. Beside the server it is called with hostname, port and options, so that \`${own}\` ` +
      `would be ${GIVEN[index] ?? 'undefined'} there. Pass these three on to super(), and give what else is needed as \`data\`: it is \`this.data\` on both sides.`,
  );
}

interface ConstructorText {
  readonly parameters: readonly string[];
  /** The words up to the end of the call of `super()`. */
  readonly passed: ReadonlySet<string>;
  /** Those behind it. */
  readonly kept: ReadonlySet<string>;
}

const NONE: ConstructorText = { parameters: [], passed: new Set(), kept: new Set() };

function readConstructor(code: string): ConstructorText {
  // One at a greater depth is that of a class inside a method.
  const found = [...code.matchAll(/\bconstructor\s*\(/g)].find(({ index }) => depthAt(code, index) === 1);
  if (found === undefined) return NONE;
  const opening = found.index + found[0].length - 1;
  const bodyAt = code.indexOf('{', closingAfter(code, opening));
  const body = code.slice(bodyAt, closingAfter(code, bodyAt));
  const superCall = /\bsuper\s*\(/.exec(body);
  if (superCall === null) return NONE;
  const superEnd = closingAfter(body, superCall.index + superCall[0].length - 1);
  const parameters = listAfter(code, opening).filter((parameter) => !/^\s*(?:\.\.\.|$)/.test(parameter));
  return { parameters, passed: identifiersIn(body.slice(0, superEnd)), kept: identifiersIn(body.slice(superEnd)) };
}

/** How many braces are open. */
function depthAt(code: string, end: number): number {
  const before = code.slice(0, end);
  return before.split('{').length - before.split('}').length;
}

/** Words that are no members of something. */
function identifiersIn(code: string): ReadonlySet<string> {
  return new Set(code.match(/(?<![\w$]|(?<!\.\.)\.)[\w$]+/g));
}
