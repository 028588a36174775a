/**
 * Functions whose code is in a file that the template names, or in TypeScript: what is deployed, and what is told of what can't be.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { codeFilesIn } from "../../src/cli/deploy/function-code.ts";
import { planLines } from "../../src/deploy/stack/plan-text.ts";
import { createMemoryDeploy, noAssembly, type MemoryDeploy } from "../support/memory-deploy.ts";
import { temporaryFolder } from "../support/test-node.ts";

const folder = temporaryFolder();
mkdirSync(join(folder, "functions"));
const assembly = { ...noAssembly, ...codeFilesIn(folder) };

function template(code: string, more = ""): string {
  return `Resources:
  Rewrite:
    Type: AWS::CloudFront::Function
${more}    Properties:
      Name: rewrite
      AutoPublish: true
      FunctionConfig: {Comment: "", Runtime: cloudfront-js-2.0}
      FunctionCode: ${code}
`;
}

function codeOf({ state }: MemoryDeploy): string {
  return Buffer.from(state().functions.get("rewrite")!.development.code, "base64").toString();
}

const typed = `interface Event { request: { uri: string } }
function handler(event: Event) {
  event.request.uri = "/" as string;
  return event.request;
}
`;

test("a file of TypeScript is deployed without its types, and again when it changes", async () => {
  const memory = createMemoryDeploy();
  const file = join(folder, "functions/rewrite.ts");
  writeFileSync(file, typed);
  const text = template("functions/rewrite.ts");
  assert.deepEqual(await memory.deploy(text, { assembly }), ["created Rewrite"]);
  assert.match(
    codeOf(memory),
    /^\nfunction handler\(event {7}\) \{\n {2}event\.request\.uri = "\/" {10};/,
  );
  assert.deepEqual(await memory.deploy(text, { assembly }), []);
  writeFileSync(file, typed.replace('"/"', '"/a"'));
  const lines = planLines(await memory.plan(text, { assembly }));
  assert.ok(
    lines.some((line) => line.includes('+  event.request.uri = "/a"')),
    lines.join("\n"),
  );
  assert.deepEqual(await memory.deploy(text, { assembly }), ["updated Rewrite"]);
  assert.ok([...assembly.files].includes(file));
});

test("a file that metadata names stands for the code that a template has for AWS", async () => {
  const memory = createMemoryDeploy();
  writeFileSync(join(folder, "functions/other.js"), "function handler(e) { return e.request; }");
  const metadata = `    Metadata: {aws:asset:path: functions/other.js, aws:asset:property: FunctionCode}\n`;
  const text = template('"function handler() { return 1; }"', metadata);
  await memory.deploy(text, { assembly });
  assert.equal(codeOf(memory), "function handler(e) { return e.request; }");
  const odd = template('"function handler() {}"', metadata.replace("other.js", "other (1).mjs"));
  await assert.rejects(memory.plan(odd, { assembly }), {
    message:
      /^template\.yaml:4: Rewrite\.FunctionCode can't be deployed:\n {2}functions\/other \(1\)\.mjs is none: /,
  });
});

test("what the runtime would refuse of a file is told by its place there, before anything is done", async () => {
  const { plan, changes } = createMemoryDeploy();
  const file = join(folder, "functions/odd.ts");
  const told = async (code: string, message: RegExp): Promise<void> => {
    writeFileSync(file, code);
    const planning = plan(template("./functions/odd.ts"), { assembly });
    await assert.rejects(planning, { name: "TemplateError", message });
  };
  await told(
    "function handler(event: { request: object }) {\n  const { request } = event;\n  return request;\n}\n",
    /^template\.yaml:8: Rewrite\.FunctionCode can't be deployed:\n {2}\S*\/functions\/odd\.ts:2:11: error: destructuring is not supported .*; write const a = event\.a .*\[destructuring\]$/,
  );
  await told("enum A { b }\n", /\n {2}\S*odd\.ts:1:1: error: .*enum is not supported/);
  await assert.rejects(plan(template("functions/nowhere.ts"), { assembly }), {
    message:
      /^template\.yaml:8: Rewrite\.FunctionCode can't be deployed:\n {2}.*nowhere\.ts cannot be read/,
  });
  assert.deepEqual(changes, []);
});

test("TypeScript in a template, as CDK puts a file into it, loses its types, and the plan says that CloudFront takes none", async () => {
  const memory = createMemoryDeploy();
  const text = template(JSON.stringify(typed));
  const [line] = planLines(await memory.plan(text, { assembly }));
  assert.equal(
    line,
    "+ create Rewrite (AWS::CloudFront::Function rewrite): its code is TypeScript, whose types are taken out here, and not by CloudFront",
  );
  await memory.deploy(text, { assembly });
  assert.match(codeOf(memory), /^\nfunction handler\(event {7}\)/);
  const broken = typed.replace("return event.request", "const { request } = event; return request");
  await assert.rejects(memory.plan(template(JSON.stringify(broken)), { assembly }), {
    message: /can't be deployed:\n {2}its TypeScript:4:11: error: destructuring/,
  });
});

test("JavaScript in a template that does not run is deployed as CloudFront would, and the plan says where it ends", async () => {
  const { plan } = createMemoryDeploy();
  const code = JSON.stringify(
    "function handler(event) {\n  const { request } = event;\n  return request;\n}",
  );
  const [line] = planLines(await plan(template(code), { assembly }));
  assert.match(line!, /: its code does not run at 2:11: destructuring is not supported/);
});
