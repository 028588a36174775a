/** Completion in a function's code: behind a dot, what stands there; and what `cf` is imported from. */
import type { CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { suggestMembers } from "./completion.ts";

/** What may stand before a dot: names, calls and indices in a chain. */
const chain =
  /((?:[\w$]+(?:\([^()]*\)|\[[^\]]*\])*\.)*[\w$]+(?:\([^()]*\)|\[[^\]]*\])*)\.([\w$]*)$/;

export function completeFunction(context: CompletionContext): CompletionResult | null {
  const line = context.state.doc.lineAt(context.pos);
  const [, before = "", begun = ""] =
    chain.exec(context.state.doc.sliceString(line.from, context.pos)) ?? [];
  if (before === "") return null;
  const found = suggestMembers(context.state.doc.toString(), before);
  if (found.length === 0) return null;
  return {
    from: context.pos - begun.length,
    options: found.map(({ label, type, detail }) => ({
      label,
      detail,
      type,
      ...(type === "method" && { apply: `${label}(` }),
    })),
    validFor: /^[\w$]*$/,
  };
}
