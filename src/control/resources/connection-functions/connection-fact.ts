/** What is decided of a function's versions, as the change that says it of a connection function. */
import type { Fact } from "../../../state/change.ts";

export type VersionFact = Fact & {
  readonly type: "function-published" | "function-live-changed";
};

/**
 * @param id the connection function's
 * @param fact without waves or shares: connection functions have none
 */
export function connectionFact(id: string, fact: VersionFact): Fact {
  const about = { kind: "connection-function", id } as const;
  const { name: _name, ...said } = fact;
  return said.type === "function-live-changed"
    ? { ...said, ...about, type: "resource-live-changed" }
    : { ...said, ...about, type: "resource-published" };
}
