/**
 * CloudFront's wildcard patterns: `*` is any number of characters, "/" among them, `?` exactly one.
 *
 * A pattern becomes a function once. Matching takes no more than the lengths' product in steps,
 * whatever the text: a regular expression made of the same pattern could take exponentially many.
 */
export type PatternMatcher = (text: string) => boolean;

export function compilePattern(pattern: string): PatternMatcher {
  if (/^\*+$/.test(pattern)) return () => true;
  if (!/[*?]/.test(pattern)) return (text) => text === pattern;
  const prefix = /^([^*?]+)\*+$/.exec(pattern)?.[1];
  if (prefix !== undefined) return (text) => text.startsWith(prefix);
  const suffix = /^\*+([^*?]+)$/.exec(pattern)?.[1];
  if (suffix !== undefined) return (text) => text.endsWith(suffix);
  return (text) => matchesWildcards(pattern, text);
}

/** Goes back to the last `*` only: what an earlier one took never has to change. */
function matchesWildcards(pattern: string, text: string): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let starTook = 0;
  while (at < text.length) {
    const character = pattern[next];
    if (character === "*") {
      star = next;
      starTook = at;
      next += 1;
    } else if (character !== undefined && (character === "?" || character === text[at])) {
      at += 1;
      next += 1;
    } else if (star >= 0) {
      starTook += 1;
      at = starTook;
      next = star + 1;
    } else {
      return false;
    }
  }
  while (pattern[next] === "*") next += 1;
  return next === pattern.length;
}
