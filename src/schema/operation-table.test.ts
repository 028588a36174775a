import assert from "node:assert/strict";
import { test } from "node:test";
import { cloudFrontConstraints, keyValueStoreConstraints } from "./constraints.ts";
import { correctedConstraints, optionalMembers } from "./corrections.ts";
import { cloudFrontMemberOrder } from "./member-order.ts";
import {
  cloudFrontOperations,
  keyValueStoreOperations,
  type OperationTable,
} from "./operation-table.ts";
import type { Shape } from "./shape.ts";

/** Every structure and list of a service → the names of its members. */
function ownersOf(table: OperationTable): ReadonlyMap<string, ReadonlySet<string>> {
  const owners = new Map<string, ReadonlySet<string>>();
  const visit = (shape: Shape | undefined): void => {
    if (shape === undefined || !("name" in shape) || owners.has(shape.name)) return;
    const members = shape.kind === "list" ? [shape.entry] : [...shape.members.values()];
    owners.set(shape.name, new Set(members.map(({ name }) => name)));
    for (const member of members) visit(member.shape);
  };
  for (const { input, output } of table.values()) {
    visit(input);
    visit(output);
  }
  return owners;
}

const cloudFront = ownersOf(cloudFrontOperations);
const keyValueStore = ownersOf(keyValueStoreOperations);

test("cloudFrontOperations reads method, path, query keys and status from the SDK", () => {
  const { method, path, literalQuery, status } = cloudFrontOperations.get("TagResource")!;
  assert.deepEqual(
    { method, path, literalQuery: [...literalQuery], status },
    {
      method: "POST",
      path: "/2020-05-31/tagging",
      literalQuery: [["Operation", "Tag"]],
      status: 204,
    },
  );
  assert.deepEqual(
    [...keyValueStoreOperations.keys()],
    ["DeleteKey", "DescribeKeyValueStore", "GetKey", "ListKeys", "PutKey", "UpdateKeys"],
  );
});

test("cloudFrontOperations knows required members, bindings and constraints", () => {
  const input = cloudFrontOperations.get("UpdateFunction")!.input!.members;
  assert.equal(input.get("FunctionConfig")?.required, true);
  assert.deepEqual(input.get("IfMatch")?.binding, { in: "header", name: "If-Match" });
  assert.equal(input.get("Name")?.constraint.max, 64);
  assert.equal(
    cloudFrontOperations.get("CreateFunction")!.input!.members.get("Tags")?.required,
    false,
  );
});

test("cloudFrontConstraints and keyValueStoreConstraints name only members that the SDK has", () => {
  for (const [owners, { members, shapes }] of [
    [cloudFront, cloudFrontConstraints],
    [keyValueStore, keyValueStoreConstraints],
  ] as const) {
    for (const [owner, row] of Object.entries(members)) {
      for (const [member, shape] of Object.entries(row)) {
        assert.ok(owners.get(owner)?.has(member), `${owner}.${member}`);
        assert.ok(shapes[shape], shape);
      }
    }
  }
});

test("correctedConstraints and optionalMembers name only members that the SDK has", () => {
  for (const path of [...Object.keys(correctedConstraints), ...optionalMembers]) {
    const [owner = "", member = ""] = path.split(".");
    assert.ok((cloudFront.get(owner) ?? keyValueStore.get(owner))?.has(member), path);
  }
});

test("cloudFrontMemberOrder names only members that the SDK has, and orders both kinds of shapes", () => {
  for (const [owner, order] of Object.entries(cloudFrontMemberOrder)) {
    const members = [...(cloudFront.get(owner) ?? [])];
    assert.deepEqual(members.slice(0, order.length), order, owner);
  }
  const { output, outputSchema } = cloudFrontOperations.get("GetDistribution")!;
  const written = outputSchema.getMemberSchema("Distribution").structIterator();
  const read = output!.members.get("Distribution")!.shape;
  assert.ok(read.kind === "structure");
  assert.deepEqual(
    Array.from(written, ([name]) => name),
    [...read.members.keys()],
  );
});

test("cloudFrontConstraints holds only patterns that JavaScript reads", () => {
  for (const { pattern } of Object.values(cloudFrontConstraints.shapes)) {
    if (pattern !== undefined) assert.ok(new RegExp(`^(?:${pattern})$`, "u"));
  }
});
