import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleMembers } from "../../../test/support/sample-input.ts";
import { cloudFrontOperations } from "../../schema/operation-table.ts";
import type { Shape, StructureShape } from "../../schema/shape.ts";
import { requireXmlTexts } from "./require-xml-texts.ts";

const strings = ["abc", "us-east-1", "arn:aws:cloudfront::000000000000:function/hello"];
const storeArn = `arn:aws:cloudfront::000000000000:key-value-store/${"1".repeat(36)}`;

/** Each text of an input: where it stands, and a way to put another there. */
function* textsOf(
  shape: Shape,
  value: unknown,
  path: string,
): Iterable<[path: string, put: (text: string) => void]> {
  const inside: [name: string | number, shape: Shape, path: string][] =
    shape.kind === "structure"
      ? [...shape.members.values()].map((member) => [
          member.name,
          member.shape,
          `${path}${path === "" ? "" : "."}${member.name}`,
        ])
      : shape.kind === "list"
        ? (value as unknown[]).map((_, index) => [index, shape.entry.shape, `${path}[${index}]`])
        : [];
  for (const [name, child, childPath] of inside) {
    const owner = value as Record<string | number, unknown>;
    if (!(name in owner)) continue;
    if (child.kind === "string") yield [childPath, (text) => (owner[name] = text)];
    else yield* textsOf(child, owner[name], childPath);
  }
}

const inputOf = (shape: StructureShape): object =>
  sampleMembers(shape, { strings: [...strings, storeArn], extent: "all members" });

test("requireXmlTexts() refuses what XML cannot carry in every text of every operation", () => {
  let seen = 0;
  for (const { input: shape } of cloudFrontOperations.values()) {
    if (shape === undefined) continue;
    const input = inputOf(shape);
    requireXmlTexts(shape, input);
    for (const [path, put] of textsOf(shape, input, "")) {
      put("a\u0007b");
      assert.throws(() => requireXmlTexts(shape, input), {
        code: "InvalidArgument",
        message: `The parameter ${path} has the character U+0007, which XML cannot carry; leave it out`,
      });
      put("a");
      seen += 1;
    }
  }
  assert.ok(seen > 1000, String(seen));
});

test("requireXmlTexts() knows which characters XML 1.0 has", () => {
  const shape = cloudFrontOperations.get("CreateKeyValueStore")!.input!;
  const check = (Comment: string): void => requireXmlTexts(shape, { Comment });
  for (const text of ["", "\t\n\r", "\u007F\u0085\u2028", "\uE000\uFFFD", "\u{10000}\u{1FFFE}"]) {
    check(text);
  }
  const refused = {
    "\u0000": "U+0000",
    "\u001F": "U+001F",
    "\uFFFE": "U+FFFE",
    "\uFFFF": "U+FFFF",
    "\uD800": "U+D800",
    "\uDC00\uD800": "U+DC00",
  };
  for (const [text, character] of Object.entries(refused)) {
    assert.throws(() => check(`é${text}`), {
      message: new RegExp(`character ${character.replace("+", "\\+")},`),
    });
  }
});
