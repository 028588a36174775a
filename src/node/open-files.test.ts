import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { connectionsMax } from "./open-files.ts";

test("openFilesLimit() is what the process was started with", (t) => {
  if (process.platform === "win32") return t.skip("no such limit");
  const file = join(import.meta.dirname, "open-files.ts");
  const code = `import(${JSON.stringify(file)}).then((it) => console.log(it.openFilesLimit()))`;
  const said = execFileSync("sh", ["-c", `ulimit -n 200; "$0" -e '${code}'`, process.execPath]);
  assert.equal(Number(said), 200);
});

test("connectionsMax() leaves room for the process and for origins, and for a few clients always", () => {
  assert.equal(connectionsMax(1024, 64), 480);
  assert.equal(connectionsMax(20, 64), 8);
  assert.equal(connectionsMax(Infinity, 64), Infinity);
});
