import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../../test/support/test-node.ts";
import { namedTemplates } from "./named-templates.ts";

const app = temporaryFolder();

function stack(templateFile: string, more: object = {}): object {
  const { stackName, ...rest } = more as { readonly stackName?: string };
  return { type: "aws:cloudformation:stack", properties: { templateFile, stackName }, ...rest };
}

// As cdk synth writes it: a stack, one that it needs and that comes later, and a stage, which is an assembly of its own.
writeFileSync(
  join(app, "manifest.json"),
  JSON.stringify({
    version: "48.0.0",
    artifacts: {
      "Site.assets": { type: "cdk:asset-manifest", properties: { file: "Site.assets.json" } },
      Site: stack("Site.template.json", { dependencies: ["Base", "Site.assets"] }),
      Base: stack("Base.template.json", { displayName: "Base", stackName: "shop-base" }),
      Tree: { type: "cdk:tree", properties: { file: "tree.json" } },
      "assembly-Prod": {
        type: "cdk:cloud-assembly",
        properties: { directoryName: "assembly-Prod" },
      },
    },
  }),
);
mkdirSync(join(app, "assembly-Prod"));
writeFileSync(
  join(app, "assembly-Prod/manifest.json"),
  JSON.stringify({
    artifacts: {
      ProdSite1A2B: stack("ProdSite1A2B.template.json", {
        ...{ displayName: "Prod/Site", stackName: "Prod-Site" },
      }),
    },
  }),
);

const named = (name: string, all = false) => namedTemplates({ file: app, stack: name, all });

test("A stack of an assembly is chosen by its name, its artifact or its path", () => {
  const base = [{ file: join(app, "Base.template.json"), stack: "shop-base" }];
  assert.deepEqual([named("shop-base"), named("Base")], [base, base]);
  const prod = [
    { file: join(app, "assembly-Prod/ProdSite1A2B.template.json"), stack: "Prod-Site" },
  ];
  assert.deepEqual([named("Prod/Site"), named("Prod-Site")], [prod, prod]);
});

test("All of them come each after those that they depend on", () => {
  assert.deepEqual(
    named("", true).map(({ stack: name }) => name),
    ["shop-base", "Site", "Prod-Site"],
  );
});

test("One that is not there, or not said among several, is refused with those there are", () => {
  assert.throws(() => named("Shop"), {
    message: `There is no stack "Shop" in ${app}: there are shop-base, Site, Prod-Site`,
  });
  assert.throws(() => named(""), {
    message: `${app} has several stacks: --stack says which of shop-base, Site, Prod-Site, or --all takes them one after the other`,
  });
  assert.throws(() => named("Site", true), /--all and --stack are one too many/);
});

test("A file's stack is called by its name, or as it is said", () => {
  const file = join(app, "assembly-Prod/ProdSite1A2B.template.json");
  assert.deepEqual(namedTemplates({ file, stack: "", all: false }), [
    { file, stack: "ProdSite1A2B" },
  ]);
  assert.deepEqual(namedTemplates({ file, stack: "mine", all: false }), [{ file, stack: "mine" }]);
  assert.throws(() => namedTemplates({ file, stack: "", all: true }), /--all is for a folder/);
  assert.throws(() => namedTemplates({ file, stack: "1", all: false }), /--stack must be a letter/);
});

for (const text of [
  "null",
  "5",
  "[]",
  "{}",
  '{"artifacts": {"A": null, "B": {"type": "aws:cloudformation:stack", "properties": 1}}}',
  '{"artifacts": {"A": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}}}}',
]) {
  test(`A manifest of ${text} has no stack`, () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "manifest.json"), text);
    assert.throws(() => namedTemplates({ file: folder, stack: "", all: true }), {
      message: `There is no stack in ${folder}`,
    });
  });
}

test("A manifest that is no JSON is said to be none", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "manifest.json"), "{");
  assert.throws(() => namedTemplates({ file: folder, stack: "", all: true }), {
    message: /manifest\.json is not JSON/,
  });
});
