/** Every field of the logs, and every metric, stands in the documents with where it comes from. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { chosenFields, plainFields } from "../src/edge/record/access/access-fields.ts";
import { realtimeFields } from "../src/edge/record/access/realtime-fields.ts";
import { connectionFieldTable } from "../src/edge/record/connection/connection-fields.ts";
import { metrics } from "../src/node/metrics/metric-table.ts";

const docs = resolve(import.meta.dirname, "../docs");

/** @returns by what the first column names, what the second one says, in a section's tables */
function rowsOf(file: string, heading: string): ReadonlyMap<string, string> {
  const text = readFileSync(join(docs, file), "utf8");
  const section = text.split(`\n${heading}\n`)[1]?.split(/\n#{2,3} /)[0] ?? "";
  const rows = new Map<string, string>();
  for (const line of section.split("\n")) {
    const [, names = "", ...said] = line.split("|").map((cell) => cell.trim());
    for (const [, name = ""] of names.matchAll(/`([^`]+)`/g)) rows.set(name, said.join(" "));
  }
  return rows;
}

/** A row may name several that begin alike, with "…". */
function isTold(rows: ReadonlyMap<string, string>, name: string): boolean {
  const whole = rows.get(name);
  if (whole !== undefined) return whole.length > 3;
  return rows.keys().some((row) => row.endsWith("…") && name.startsWith(row.slice(0, -1)));
}

test("every field of access logs is documented with its source", () => {
  const rows = rowsOf("logs.md", "## Where the values come from");
  const fields = [plainFields, chosenFields, realtimeFields.plain, realtimeFields.chosen].flatMap(
    (table) => Object.keys(table),
  );
  assert.deepEqual(
    [...new Set(fields)].filter((name) => !isTold(rows, name)),
    [],
  );
});

test("every field of connection logs is documented with its source", () => {
  const rows = rowsOf("logs.md", "### Connection logs");
  const { plain, chosen } = connectionFieldTable;
  assert.deepEqual(
    [...Object.keys(plain), ...Object.keys(chosen)].filter((name) => !isTold(rows, name)),
    [],
  );
});

test("no field is documented that there is none of", () => {
  const known = new Set([
    ...[plainFields, chosenFields, realtimeFields.plain, realtimeFields.chosen].flatMap((table) =>
      Object.keys(table),
    ),
    ...[connectionFieldTable.plain, connectionFieldTable.chosen].flatMap((table) =>
      Object.keys(table),
    ),
  ]);
  for (const heading of ["## Where the values come from", "### Connection logs"]) {
    const names = [...rowsOf("logs.md", heading).keys()].filter((name) => !name.endsWith("…"));
    assert.ok(names.length > 10, heading);
    assert.deepEqual(
      names.filter((name) => !known.has(name)),
      [],
    );
  }
});

test("every metric is documented with what it is", () => {
  const text = readFileSync(join(docs, "metrics.md"), "utf8");
  const missing = Object.entries(metrics).filter(
    ([name, { type, help }]) => !text.includes(`| \`${name}\` | ${type} |`) || help.length < 10,
  );
  assert.deepEqual(missing, []);
});
