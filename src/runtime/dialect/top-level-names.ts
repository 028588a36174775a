/** The names that a source binds at its top level; `handler` is looked up among them. */
import type { Program } from "acorn";

export function topLevelNames(program: Program): ReadonlySet<string> {
  const names = new Set<string>();
  for (const statement of program.body) {
    if (statement.type === "FunctionDeclaration" && statement.id) names.add(statement.id.name);
    if (statement.type === "VariableDeclaration") {
      for (const { id } of statement.declarations) if (id.type === "Identifier") names.add(id.name);
    }
    if (statement.type === "ImportDeclaration") {
      for (const { local } of statement.specifiers) names.add(local.name);
    }
  }
  return names;
}
