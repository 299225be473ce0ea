import { RE2JS } from 're2js';

/**
 * A pattern of an operator's that takes time in proportion to the text, whatever the text: callers choose what it is
 * matched against, and JavaScript's own engine may take for ever. It knows neither look-around nor back-references.
 * @throws Error for a pattern that has no such form
 */
export function linearPattern(pattern: string): { test(text: string): boolean; toString(): string } {
  const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
  // The validator keeps patterns apart by their texts.
  return { test: (text) => compiled.test(text), toString: () => pattern };
}
