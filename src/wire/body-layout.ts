/** Which members of an operation travel in the body, and how: asked by reading, writing and OpenAPI. */
import type { OperationSchema } from "../schema/operation-table.ts";
import type { Member, StructureShape } from "../schema/shape.ts";

export interface BodyLayout {
  /** The member that is the whole body, like DistributionConfig. */
  readonly payload: Member | undefined;
  /** The members of the body, when it has no payload: wrapped in the name of the whole shape. */
  readonly inBody: readonly Member[];
}

export function membersOf(shape: StructureShape | undefined): readonly Member[] {
  return shape ? [...shape.members.values()] : [];
}

export function bodyLayout(shape: StructureShape | undefined): BodyLayout {
  const members = membersOf(shape);
  return {
    payload: members.find(({ binding }) => binding?.in === "payload"),
    inBody: members.filter(({ binding }) => binding === undefined),
  };
}

/** A payload of a request is always a structure, one of a response may be bytes. */
export function structureOf({ name, shape }: Member): StructureShape {
  if (shape.kind !== "structure") throw new Error(`The payload ${name} is not a structure`);
  return shape;
}

/** The JSON face's `data` leaves out the payload's own name: its members stand in `data`. */
export function flattened({ output }: OperationSchema): readonly Member[] {
  return membersOf(output).flatMap((member) =>
    member.binding?.in === "payload" && member.shape.kind === "structure"
      ? membersOf(member.shape)
      : [member],
  );
}

/** @returns the entries of a List operation, which the JSON face calls `items` */
export function listedMember(operation: OperationSchema): Member | undefined {
  if (!operation.name.startsWith("List")) return undefined;
  return flattened(operation).find(({ shape }) => shape.kind === "list");
}
