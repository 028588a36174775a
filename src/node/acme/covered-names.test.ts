import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { makeLeaf, makeRoot } from "../../certificates/make-certificate.ts";
import { watchCoveredNames } from "./covered-names.ts";

const period = { notBefore: new Date(), notAfter: new Date(Date.now() + 86_400_000) };

test("watchCoveredNames() hears of what comes to the folder, and asks for it once for all names", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "covered-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const look = watchCoveredNames(folder);
  assert.equal(look()("a.test"), false);
  const root = await makeRoot(period, "01");
  const { certificate, privateKey } = await makeLeaf(root, ["a.test", "*.b.test"], period, "02");
  writeFileSync(join(folder, "a.pem"), certificate + privateKey);
  const isCovered = look();
  assert.deepEqual(["a.test", "x.b.test", "b.test"].map(isCovered), [true, true, false]);
  assert.equal(watchCoveredNames("")()("a.test"), false);
});
