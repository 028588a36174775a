import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../test/support/test-node.ts";
import { readFunctionLogs } from "./function-logs.ts";

const query = { name: undefined, distribution: undefined, since: 0, grep: undefined };
const [full, current] = ["00000000000001-00000001.jsonl", "00000000000002-00000002.jsonl"];

test("who follows has no file opened that was read to its end", async () => {
  const folder = temporaryFolder();
  // What can't be read.
  await mkdir(join(folder, full));
  const run = { at: 1, function: "f", distribution: "d", requestId: "r", lines: ["hello"] };
  const line = `${JSON.stringify(run)}\n`;
  await writeFile(join(folder, current), line);
  await assert.rejects(readFunctionLogs(folder, { ...query, after: {} }), { code: "EISDIR" });
  const after = { [full]: 1024 * 1024 };
  const page = await readFunctionLogs(folder, { ...query, after });
  const next = { ...after, [current]: line.length };
  assert.deepEqual(page, { runs: [run], next, hasMore: false });
  await writeFile(join(folder, current), line, { flag: "a" });
  const later = await readFunctionLogs(folder, { ...query, after: next });
  assert.deepEqual([later.runs, later.next[current]], [[run], 2 * line.length]);
});
