/** Names that an object of a JSON text has twice: who reads it takes the last, and what stood under the name before counts for nothing. */
import { ensureSyntaxTree, syntaxTree } from "@codemirror/language";
import type { Diagnostic } from "@codemirror/lint";
import type { EditorState } from "@codemirror/state";

/** For what is not read yet, in milliseconds: one types meanwhile. */
const readingMs = 50;

/** @param state of an editor of JSON */
export function repeatedNames(state: EditorState): readonly Diagnostic[] {
  const tree = ensureSyntaxTree(state, state.doc.length, readingMs) ?? syntaxTree(state);
  const found: Diagnostic[] = [];
  tree.iterate({
    enter: ({ name, node }) => {
      if (name !== "Object") return;
      const seen = new Set<string>();
      for (const property of node.getChildren("Property")) {
        const at = property.getChild("PropertyName");
        if (at === null) continue;
        const { from, to } = at;
        const own = nameIn(state.sliceDoc(from, to));
        if (seen.has(own)) {
          const message = `${JSON.stringify(own)} stands here once more: only the last one counts`;
          found.push({ from, to, severity: "warning", message });
        }
        seen.add(own);
      }
    },
  });
  return found;
}

/** Two ways to write a name are one name. */
function nameIn(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}
