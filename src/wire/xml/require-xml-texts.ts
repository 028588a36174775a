/**
 * Refuses an input with a text that XML could not answer: JSON's escapes, percent-encoded paths and
 * XML 1.1 can write characters that XML 1.0 has no way to carry. Stored, such a text would be
 * answered as another one, and what was read could not be sent back.
 *
 * Blobs, like a function's code, travel as base64 and may hold any byte.
 */
import { InvalidArgument } from "../../model/errors.ts";
import type { Shape, StructureShape } from "../../schema/shape.ts";
import { findUnprintable } from "./xml-characters.ts";

/** @throws InvalidArgument, naming the member */
export function requireXmlTexts(shape: StructureShape, input: object): void {
  for (const member of shape.members.values()) {
    requireIn(member.shape, (input as Readonly<Record<string, unknown>>)[member.name], member.name);
  }
}

function requireIn(shape: Shape, value: unknown, path: string): void {
  if (value === undefined) return;
  switch (shape.kind) {
    case "structure":
      for (const { name, shape: inside } of shape.members.values()) {
        requireIn(inside, (value as Readonly<Record<string, unknown>>)[name], `${path}.${name}`);
      }
      return;
    case "list":
      for (const [index, entry] of (value as readonly unknown[]).entries()) {
        requireIn(shape.entry.shape, entry, `${path}[${index}]`);
      }
      return;
    case "string": {
      const character = findUnprintable(value as string);
      if (character === undefined) return;
      throw new InvalidArgument(
        `The parameter ${path} has the character ${character}, which XML cannot carry; leave it out`,
      );
    }
    case "boolean":
    case "integer":
    case "long":
    case "float":
    case "blob":
    case "timestamp":
  }
}
