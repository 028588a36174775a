import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../../test/support/test-node.ts";
import { readCloudAssembly } from "./cloud-assembly.ts";

const noCode = { codeOf: () => ({ code: "" }), codeIn: () => ({ code: "" }) };

test("readCloudAssembly() knows the files of assets that have one, and passes over all else", () => {
  const folder = temporaryFolder();
  const asset = (path: unknown, objectKey: string): object => ({
    source: { path },
    destinations: { current: { objectKey } },
  });
  const files = [asset("asset.1", "a"), asset(5, "b"), asset(null, "c"), asset("", "d"), {}];
  writeFileSync(join(folder, "Shop.assets.json"), JSON.stringify({ files }));
  const { sourceOf, fileOf } = readCloudAssembly(join(folder, "Shop.template.json"), noCode);
  assert.deepEqual(["a", "b", "c", "d", "e"].map(sourceOf), [
    join(folder, "asset.1"),
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  assert.equal(fileOf("arn:aws:s3:::assets/a"), join(folder, "asset.1"));
});

for (const text of ["[]", "{}", "null", "5", '{"files": {}}']) {
  test(`readCloudAssembly() finds nothing in ${text}`, () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "Shop.assets.json"), text);
    assert.equal(
      readCloudAssembly(join(folder, "Shop.template.json"), noCode).sourceOf("a"),
      undefined,
    );
  });
}
