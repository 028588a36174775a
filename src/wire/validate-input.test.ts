import assert from "node:assert/strict";
import { test } from "node:test";
import { cloudFrontOperations } from "../schema/operation-table.ts";
import type { StructureShape } from "../schema/shape.ts";
import { sampleMembers } from "../../test/support/sample-input.ts";
import { validateInput } from "./validate-input.ts";

const strings = ["abc", "us-east-1", "arn:aws:cloudfront::000000000000:function/hello"];
const rule = "failed to satisfy constraint: Member must satisfy regular expression pattern: ";

/** The path of AWS's to the tags in an input, when there are any, and a value that has them there. */
function tagsIn(
  shape: StructureShape,
  tags: object,
  path: readonly string[] = [],
): { readonly path: readonly string[]; readonly value: object } | undefined {
  for (const { name, shape: inner } of shape.members.values()) {
    if (inner.kind !== "structure") continue;
    const here = [...path, name.charAt(0).toLowerCase() + name.slice(1)];
    const found = inner.name === "Tags" ? { path: here, value: tags } : tagsIn(inner, tags, here);
    if (found === undefined) continue;
    const value = { ...sampleMembers(shape, { strings }), [name]: found.value };
    return { path: found.path, value };
  }
  return undefined;
}

const tagging = [...cloudFrontOperations.values()].flatMap(({ name, input }) => {
  const found = input && tagsIn(input, { Items: [{ Key: "a!", Value: "b" }] });
  return found ? [{ name, input, ...found }] : [];
});

test("validateInput() refuses tags as any other member, on every operation that takes them", () => {
  assert.equal(tagging.length, 11);
  for (const { name, input, path, value } of tagging) {
    const at = `${path.join(".")}.items.1.member.key`;
    assert.throws(
      () => validateInput(input, value),
      {
        code: "MalformedXML",
        message: `1 validation error detected: Value 'a!' at '${at}' ${rule}([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)`,
      },
      name,
    );
  }
});

test("validateInput() takes a function's comment of 128 characters, and none that is longer", () => {
  for (const name of ["CreateFunction", "UpdateFunction", "CreateConnectionFunction"]) {
    const { input } = cloudFrontOperations.get(name)!;
    const withComment = (Comment: string): object =>
      Object.fromEntries(
        Object.entries(sampleMembers(input, { strings })).map(([member, value]) => [
          member,
          member.endsWith("FunctionConfig") ? { ...(value as object), Comment } : value,
        ]),
      );
    validateInput(input!, withComment("\u{1F600}".repeat(128)));
    assert.throws(() => validateInput(input!, withComment("a".repeat(129))), {
      code: "MalformedXML",
      message:
        /^1 validation error detected: Value .*unctionConfig\.comment' failed to satisfy constraint: Member must have length less than or equal to 128$/,
    });
  }
});
