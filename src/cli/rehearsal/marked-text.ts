/** Text in XML and HTML. */

const names: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** XML has no control characters but white space. */
export function marked(text: string): string {
  return text
    .replaceAll(/[[\p{Cc}\p{Cs}]--[\t\n\r]]/gv, "\uFFFD")
    .replaceAll(/[&<>"]/g, (each) => names[each]!);
}
