/**
 * What links may name of a page: its headings, as GitHub and generators of sites make anchors of them.
 * Lower case, blanks as hyphens, without punctuation.
 */
export function headingsOf(markdown: string): ReadonlySet<string> {
  const outsideBlocks = markdown.replaceAll(/^```[\s\S]*?^```/gm, "");
  return new Set([...outsideBlocks.matchAll(/^#+ (.*)$/gm)].map((match) => anchorOf(match[1]!)));
}

function anchorOf(heading: string): string {
  const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1");
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-");
}
