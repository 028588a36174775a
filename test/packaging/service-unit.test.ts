/** The unit for systemd: what systemd reads of it, whose it runs as, and whether the node takes its line. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { startTestNode, temporaryFolder } from "../support/test-node.ts";

const file = resolve(import.meta.dirname, "../../examples/systemd/footlight.service");
const unit = readFileSync(file, "utf8");

function skipWithoutSystemd(): string | false {
  const { error } = spawnSync("systemd-analyze", ["--version"]);
  return error === undefined ? false : "systemd-analyze is not installed";
}

const skip = skipWithoutSystemd();

test(
  "systemd reads the unit without a remark, and gives it no right of root's that it needs not",
  { skip },
  () => {
    const folder = temporaryFolder();
    const copy = join(folder, "footlight.service");
    // The command itself is not installed where this runs.
    writeFileSync(copy, unit.replace("/opt/footlight/bin/footlight", "/bin/true"));
    const verified = spawnSync("systemd-analyze", ["verify", "--man=no", copy], {
      encoding: "utf8",
    });
    assert.deepEqual([verified.status, verified.stderr], [0, ""]);
    // Of 100, as systemd counts what a service could do: 19 when this was written.
    const hardened = spawnSync("systemd-analyze", [
      ...["security", "--offline=true", "--threshold=20"],
      file,
    ]);
    assert.equal(hardened.status, 0, hardened.stdout.toString());
    assert.match(unit, /^DynamicUser=yes$/m);
    assert.match(unit, /^CapabilityBoundingSet=CAP_NET_BIND_SERVICE$/m);
  },
);

test("a node takes the options of the unit's line, its settings in a file", { skip }, async () => {
  const [, line = ""] = /^ExecStart=\S+ start (.*)$/m.exec(unit) ?? [];
  const folder = temporaryFolder();
  const settings = join(folder, "footlight.json");
  writeFileSync(settings, JSON.stringify({ cacheSize: 64 }));
  const args = line
    .replace("/etc/footlight.json", settings)
    .replace("/var/lib/footlight", join(folder, "data"))
    .split(" ");
  const node = await startTestNode({ args });
  assert.equal(await node.stop(), 0);
});
