/** Members of members, named by a path with points: `DistributionConfig.Enabled`. */
import type { Members } from "../api/api.ts";

export function memberAt(value: unknown, path: string): unknown {
  let inside = value;
  for (const name of path.split(".")) {
    if (typeof inside !== "object" || inside === null) return undefined;
    inside = (inside as Members)[name];
  }
  return inside;
}

/** @returns a text that stands for a plain member: numbers and booleans as they are written */
export function textOf(member: unknown): string {
  return typeof member === "string" ? member : (JSON.stringify(member) ?? "");
}

/** @returns a copy in which the member is another */
export function withMember(value: Members, path: string, member: unknown): Members {
  const [name = "", ...rest] = path.split(".");
  if (rest.length === 0) return { ...value, [name]: member };
  return { ...value, [name]: withMember((value[name] ?? {}) as Members, rest.join("."), member) };
}
