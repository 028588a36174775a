/** What an answer lacks of what its shape requires. */
import type { Shape } from "../../src/schema/shape.ts";

/** @returns the required members that are not there, at any depth, as paths */
export function missingMembers(shape: Shape | undefined, value: unknown, path: string): string[] {
  if (shape === undefined || value === undefined) return [];
  if (shape.kind === "list") {
    return (value as readonly unknown[]).flatMap((entry, index) =>
      missingMembers(shape.entry.shape, entry, `${path}[${index}]`),
    );
  }
  if (shape.kind !== "structure") return [];
  const members = value as Readonly<Record<string, unknown>>;
  return [...shape.members.values()].flatMap((member) => {
    const inner = `${path}.${member.name}`;
    const given = members[member.name];
    if (given === undefined) return member.required ? [inner] : [];
    return missingMembers(member.shape, given, inner);
  });
}
