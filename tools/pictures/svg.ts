/** What pictures are made of. Their colors are the page's, by classes: tools/pictures/picture-style.ts. */

/** Of a line of text, in pixels. */
export const lineHeight = 18;

/** Letters of 14 pixels in a font that nobody knows: some are wider, and most are not. */
const letterWidth = 6.9;

/** In Mermaid's language `<br>` ends a line. */
export function linesOf(text: string): string[] {
  return text.split(/<br ?\/?>/).map((line) => line.trim());
}

export function widthOf(text: string): number {
  return Math.ceil(Math.max(...linesOf(text).map((line) => line.length)) * letterWidth);
}

export function heightOf(text: string): number {
  return linesOf(text).length * lineHeight;
}

/** @param top of the first line; @param anchor where `x` is of each */
export function textAt(
  text: string,
  x: number,
  top: number,
  anchor: "start" | "middle" = "middle",
): string {
  return linesOf(text)
    .map((line, index) => {
      const y = top + index * lineHeight + 13;
      return `<text x="${x}" y="${y}" text-anchor="${anchor}">${escaped(line)}</text>`;
    })
    .join("");
}

/** A box with its text in the middle. */
export function boxAt(
  text: string,
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  kind: "step" | "exit" | "note" | "who",
): string {
  const { x, y, width, height } = box;
  const top = y + (height - heightOf(text)) / 2;
  return `<rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>${textAt(text, x + width / 2, top)}`;
}

/** With its head at the end. */
export function arrow(
  from: readonly [x: number, y: number],
  to: readonly [x: number, y: number],
  isDashed = false,
): string {
  const [x1, y1] = from;
  const [x2, y2] = to;
  const length = Math.hypot(x2 - x1, y2 - y1);
  const [dx, dy] = [(x2 - x1) / length, (y2 - y1) / length];
  const corner = (side: number): string =>
    `${x2 - 8 * dx - side * 4 * dy},${y2 - 8 * dy + side * 4 * dx}`;
  const dashes = isDashed ? ' class="dashed"' : "";
  return `<line${dashes} x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/><polygon points="${x2},${y2} ${corner(1)} ${corner(-1)}"/>`;
}

export function picture(width: number, height: number, label: string, parts: string): string {
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return `<figure class="picture"><svg ${size} role="img" aria-label="${escaped(label)}">${parts}</svg></figure>`;
}

/** Also for Vue, to which two braces are an expression. */
export function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;")
    .replaceAll("{", "&#123;");
}
