/**
 * Names that are asked for by those who print, compare, await or serialise what they do not know: a handle must not answer. Test side; imports nothing.
 */
export const PROBED_NAMES: readonly string[] = 'then toJSON asymmetricMatch $$typeof nodeType tagName hasAttribute'.split(' ');
