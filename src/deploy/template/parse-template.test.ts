import assert from "node:assert/strict";
import { test } from "node:test";
import { templateOf } from "./template.ts";
import { parseTemplate } from "./parse-template.ts";
import type { TemplateNode } from "./template-node.ts";

/** Without lines. */
function plain(node: TemplateNode): unknown {
  if (node.kind === "scalar") return node.text;
  if (node.kind === "list") return node.items.map(plain);
  return Object.fromEntries([...node.entries].map(([name, { value }]) => [name, plain(value)]));
}

const parsed = (text: string): unknown => plain(parseTemplate(text, "t.yaml"));

test("parseTemplate() reads short tags as the functions that they stand for", () => {
  const text = [
    "A: !Ref B",
    "C: !GetAtt B.Arn",
    'D: !Join ["", [x, !Sub "${B}"]]',
    "E: !If [Is, !Ref B, 1]",
    "F: !Condition Is",
  ].join("\n");
  assert.deepEqual(parsed(text), {
    A: { Ref: "B" },
    C: { "Fn::GetAtt": "B.Arn" },
    D: { "Fn::Join": ["", ["x", { "Fn::Sub": "${B}" }]] },
    E: { "Fn::If": ["Is", { Ref: "B" }, "1"] },
    F: { Condition: "Is" },
  });
});

test("parseTemplate() leaves scalars as they are written: what they are says the property", () => {
  const text = "Date: 2010-09-09\nMode: 0755\nFlag: yes\nNumber: 1.50\nQuoted: 'null'\nOct: 1_000";
  assert.deepEqual(parsed(text), {
    ...{ Date: "2010-09-09", Mode: "0755", Flag: "yes", Number: "1.50", Quoted: "null" },
    Oct: "1_000",
  });
});

test("parseTemplate() reads JSON, tabs and all, and keeps a block of code as it is", () => {
  assert.deepEqual(parsed('{\n\t"A": {"Ref": "B"},\n\t"C": [true, 12, "x\\u00e9"]\n}\n'), {
    A: { Ref: "B" },
    C: ["true", "12", "xé"],
  });
  assert.deepEqual(parsed("Code: |\n  a;\n    b;\n"), { Code: "a;\n  b;\n" });
});

test("parseTemplate() knows the line of each member", () => {
  const node = parseTemplate("A:\n  B:\n    - 1\n    - C: 2\n", "t.yaml");
  assert.equal(node.kind, "map");
  const inner = node.kind === "map" ? node.entries.get("A")!.value : node;
  assert.deepEqual(inner.kind === "map" && inner.entries.get("B")!.line, 2);
  const list = inner.kind === "map" ? inner.entries.get("B")!.value : node;
  assert.deepEqual(list.kind === "list" && list.items.map(({ line }) => line), [3, 4]);
});

test("parseTemplate() refuses with file and line what CloudFormation has not", () => {
  for (const [text, message] of [
    ["A: &x 1\nB: *x", /^t\.yaml:2: CloudFormation takes no YAML aliases, got \*x/],
    ["A:\n  <<: {B: 1}", /^t\.yaml:2: CloudFormation takes no YAML merges/],
    ["A: !Reff B", /^t\.yaml:1: there is no tag !Reff/],
    ['{"A": ', /^t\.yaml:1: it is no YAML or JSON/],
    ["", /^t\.yaml: there is nothing in it/],
    [
      "[".repeat(20_000) + "]".repeat(20_000),
      /^t\.yaml:1: it is no YAML or JSON: it nests too deep$/,
    ],
    ["[".repeat(200) + "]".repeat(200), /^t\.yaml:1: it nests more than 100 levels deep/],
  ] as const) {
    assert.throws(() => parsed(text), { name: "TemplateError", message }, text);
  }
});

test("a name that stands twice counts as it stands last, and null is refused where it is read", () => {
  const resources = "Resources:\n  A: {Type: AWS::S3::Bucket, Properties: {Tags: null, Name:}}\n";
  const { notices, resources: read } = templateOf(
    `${resources}  B: {Type: A::X}\n  B: {Type: AWS::S3::Bucket}\n`,
    "t.yaml",
  );
  assert.deepEqual(notices, ["t.yaml:4: B stands twice, and the last one counts"]);
  assert.equal(read.get("B")?.type, "AWS::S3::Bucket");
  for (const [text, message] of [
    [`${resources}Outputs:\n`, /^t\.yaml:3: null is no value of a template/],
    ['{"Resources": null}', /^t\.yaml:1: null is no value of a template/],
    ["Resources:\n  A: {Type: ~}", /^t\.yaml:2: null is no value of a template/],
  ] as const) {
    assert.throws(() => templateOf(text, "t.yaml"), { name: "TemplateError", message }, text);
  }
});
