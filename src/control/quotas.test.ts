import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { quotas, readQuotas } from "./quotas.ts";

test("readQuotas() overrides the quotas it names and leaves AWS's values for the rest", () => {
  const read = readQuotas('{"functionsPerAccount": 1000}');
  assert.deepEqual(read, { ...quotas, functionsPerAccount: 1000 });
});

test("readQuotas() names the quota that does not exist, and the value that is none", () => {
  assert.throws(() => readQuotas('{"functions": 1}'), /no quota "functions"/);
  assert.throws(() => readQuotas('{"functionsPerAccount": "9"}'), /functionsPerAccount.*got "9"/);
  assert.throws(() => readQuotas('{"functionsPerAccount": -1}'), /functionsPerAccount.*got -1/);
  assert.throws(() => readQuotas("[1]"), /must be a JSON object/);
  assert.throws(() => readQuotas("functionsPerAccount=1"), /must be JSON/);
  assert.throws(() => readQuotas('{"keyBytes": 1, "keyBytes": 2}'), /says "keyBytes" twice/);
});

test("every quota of the table is one that some rule reads", () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" });
  const rules = files.filter((file) => file.endsWith(".ts") && !/quotas|\.test\./.test(file));
  const source = rules.map((file) => readFileSync(join(import.meta.dirname, file), "utf8")).join();
  const unread = Object.keys(quotas).filter((name) => !new RegExp(`\\b${name}\\b`).test(source));
  assert.deepEqual(unread, []);
});
