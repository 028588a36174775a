/** Writes out a replacement's "$" forms, for a text's replace and a regular expression's. */
import type { GuestKit } from "./kit.ts";

/** What was replaced, and where. */
export type ExpandTemplate = (
  template: string,
  matched: string,
  at: number,
  text: string,
  captures: readonly (string | undefined)[],
  named: unknown,
) => string;

export function guestExpandTemplate(kit: GuestKit): ExpandTemplate {
  "use strict";
  const { meter, toText, slice, indexOf, charCodeAt } = kit;

  return (template, matched, at, text, captures, named) => {
    meter.allocate(template.length);
    let next = indexOf(template, "$");
    if (next < 0) return template;
    let expanded = "";
    let from = 0;
    while (next >= 0) {
      expanded += slice(template, from, next);
      let piece = "$";
      let used = 1;
      const code = charCodeAt(template, next + 1);
      if (code === 36) used = 2;
      else if (code === 38 || code === 39 || code === 96) {
        used = 2;
        piece =
          code === 38
            ? matched
            : code === 96
              ? slice(text, 0, at)
              : slice(text, at + matched.length);
      } else if (code >= 48 && code <= 57) {
        const most = captures.length - 1;
        const one = code - 48;
        const second = charCodeAt(template, next + 2) - 48;
        const two = second >= 0 && second <= 9 ? one * 10 + second : 0;
        const which = two >= 1 && two <= most ? two : one >= 1 && one <= most ? one : 0;
        if (which > 0) {
          used = which === two && two !== 0 ? 3 : 2;
          piece = captures[which] ?? "";
        }
      } else if (code === 60 && named !== undefined && named !== null) {
        const close = indexOf(template, ">", next + 2);
        if (close >= 0) {
          const value = (named as Record<string, unknown>)[slice(template, next + 2, close)];
          piece = value === undefined ? "" : toText(value);
          used = close - next + 1;
        }
      }
      meter.spend(40);
      meter.allocate(piece.length);
      expanded += piece;
      from = next + used;
      next = indexOf(template, "$", from);
    }
    return expanded + slice(template, from);
  };
}
