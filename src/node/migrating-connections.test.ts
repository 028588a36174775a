import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { silentLogger } from "../base/logger.ts";
import { sayWhetherConnectionsMigrate } from "./migrating-connections.ts";

test("sayWhetherConnectionsMigrate() names the setting where it is off, and only there", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "footlight-sysctl-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const said: string[] = [];
  const logger = {
    ...silentLogger,
    info: (_details: object, message: string) => void said.push(message),
  };
  const file = join(folder, "tcp_migrate_req");
  sayWhetherConnectionsMigrate(logger, file);
  writeFileSync(file, "1\n");
  sayWhetherConnectionsMigrate(logger, file);
  assert.deepEqual(said, []);
  writeFileSync(file, "0\n");
  sayWhetherConnectionsMigrate(logger, file);
  assert.match(said.join(), /sysctl net\.ipv4\.tcp_migrate_req=1/);
});
