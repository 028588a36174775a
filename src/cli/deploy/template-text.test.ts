import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { parseTemplate } from "../../deploy/template/parse-template.ts";
import { templateText } from "./template-text.ts";

test("templateText() writes what is there twice twice: CloudFormation takes no aliases", () => {
  const config = { Runtime: "cloudfront-js-2.0" };
  const text = templateText({ A: config, B: [config] });
  assert.doesNotMatch(text, /[&*]/);
  assert.equal(parseTemplate(text, "t.yaml").kind, "map");
});

const texts = [
  ...["yes", "No", "on", "y", "~", "null", "true", "0x10", "0o17", "017", "1e3", "1:30", ".inf"],
  ...["2020-01-01", "", " lead", "# x", "- a", "a: b", "'\"&*!|>%@`", "<<", "=", "!Ref A"],
  ...["a\n\n b \n\n\n", "\ttab\t\n", "trailing  \nline", "ü\u0085\u2028\ufeff🙂", "\u001b[2J"],
];
for (const text of texts) {
  test(`templateText() writes the text ${JSON.stringify(text)} so that it is read as that`, () => {
    const written = templateText({ Value: text });
    assert.deepEqual(parse(written, { version: "1.1" }), { Value: text });
    const node = parseTemplate(written, "t.yaml");
    const entry = node.kind === "map" ? node.entries.get("Value")?.value : undefined;
    assert.equal(entry?.kind === "scalar" && entry.text, text);
  });
}
