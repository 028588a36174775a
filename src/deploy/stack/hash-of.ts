/** Hashes by which a configuration is known again, whatever order its members are in. */
import { createHash } from "node:crypto";

/** @param more of what belongs to it and is not in it */
export function hashOf(config: unknown, more = ""): string {
  return createHash("sha256")
    .update(`${canonical(config)}\n${more}`)
    .digest("hex");
}

/** @returns JSON with the members in the order of their names */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.join(",")}}`;
}
