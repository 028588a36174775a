/**
 * Which path pattern takes a path, told in the page: as the edge does it. Patterns are tried in order against the path
 * without dot segments and repeated slashes; `*` is any number of characters, `?` exactly one.
 *
 * Source: CloudFront Developer Guide, "Path pattern"; a test holds it to the edge's own.
 */

export type Verdict = "takes it" | "does not match" | "not asked";

/**
 * @param patterns of a distribution, in order; the last is the default's `*`
 * @param url a path, or a whole URL
 * @returns a verdict for each
 */
export function judgePatterns(patterns: readonly string[], url: string): readonly Verdict[] {
  const path = comparedPath(url);
  const first = patterns.findIndex((pattern) => matches(pattern, path));
  return patterns.map((_, index) =>
    index === first ? "takes it" : first === -1 || index < first ? "does not match" : "not asked",
  );
}

/** @returns the path that patterns are compared with */
export function comparedPath(url: string): string {
  const [, path = ""] = /^(?:https?:\/\/[^/?#]*)?([^?#]*)/i.exec(url.trim()) ?? [];
  const decoded = (path.startsWith("/") ? path : `/${path}`).replaceAll(
    /%[0-9a-f]{2}/gi,
    (escape) => {
      const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
      return /[\w.~-]/.test(character) ? character : escape.toUpperCase();
    },
  );
  const kept: string[] = [];
  const segments = decoded.split("/");
  for (const segment of segments) {
    if (segment === "..") kept.pop();
    else if (segment !== "." && segment !== "") kept.push(segment);
  }
  const endsOpen = kept.length > 0 && ["", ".", ".."].includes(segments.at(-1) ?? "");
  return `/${kept.join("/")}${endsOpen ? "/" : ""}`;
}

/** Pieces between stars are found one after another, each as early as it can be. */
function matches(pattern: string, path: string): boolean {
  const [head = "", ...rest] = pattern.split(/\*+/);
  if (!fits(head, path, 0)) return false;
  if (rest.length === 0) return path.length === head.length;
  const tail = rest.pop()!;
  let from = head.length;
  for (const piece of rest) {
    while (from + piece.length <= path.length && !fits(piece, path, from)) from += 1;
    if (from + piece.length > path.length) return false;
    from += piece.length;
  }
  const start = path.length - tail.length;
  return start >= from && fits(tail, path, start);
}

function fits(piece: string, path: string, at: number): boolean {
  return (
    at + piece.length <= path.length &&
    piece.split("").every((character, index) => {
      return character === "?" || character === path[at + index];
    })
  );
}
