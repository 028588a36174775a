/**
 * A page of a list in the shape of its operation's output: the families of lists differ in which
 * of Marker, MaxItems, IsTruncated, Quantity and NextMarker they have, and where the entries are.
 */
import type { StructureShape } from "../../schema/shape.ts";
import type { Page } from "../page.ts";
import type { Input } from "./resource-row.ts";

/** Where a list operation's entries are, and the shape of one; undefined for plain strings. */
export interface ListShape {
  readonly holder: StructureShape;
  readonly member: string;
  readonly entry: StructureShape | undefined;
}

/** @throws Error, when the output holds no list: the operation is no List operation */
export function listShapeOf(output: StructureShape): ListShape {
  const members = [...output.members.values()];
  const wrapped = members.find(({ binding }) => binding?.in === "payload")?.shape;
  const holder = wrapped?.kind === "structure" ? wrapped : output;
  for (const { name, shape } of holder.members.values()) {
    if (shape.kind !== "list") continue;
    const entry = shape.entry.shape;
    return { holder, member: name, entry: entry.kind === "structure" ? entry : undefined };
  }
  throw new Error(`${output.name} holds no list`);
}

/** @param page its items are the entries, as the entry's shape has them */
export function listOutput(output: StructureShape, input: Input, page: Page<unknown>): object {
  const { holder, member } = listShapeOf(output);
  const { items, maxItems, nextMarker } = page;
  const values: Input = {
    Marker: input["Marker"] ?? "",
    MaxItems: maxItems,
    IsTruncated: nextMarker !== undefined,
    Quantity: items.length,
    NextMarker: nextMarker,
    // AWS leaves out the Items of an empty list.
    [member]: items.length > 0 ? items : undefined,
  };
  const filled = Object.fromEntries(
    [...holder.members.keys()]
      .filter((name) => values[name] !== undefined)
      .map((name) => [name, values[name]]),
  );
  if (holder === output) return filled;
  const [payload] = [...output.members.values()].filter(({ shape }) => shape === holder);
  return { [payload!.name]: filled };
}
