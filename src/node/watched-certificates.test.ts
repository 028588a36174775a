/** Certificates in a folder that is changed while they are in use. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { notedLogger } from "../../test/support/noted-logger.ts";
import { silentLogger } from "../base/logger.ts";
import { readCertificateFolder } from "../certificates/certificate-folder.ts";
import { makeLeaf, makeRoot } from "../certificates/make-certificate.ts";
import { keepUnreadable, noCertificates, watchCertificateFiles } from "./watched-certificates.ts";

const period = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(2100, 0) };
const root = await makeRoot(period, "01");
const names = ["a", "b", "c"] as const;

test("keepUnreadable() keeps what is broken as it was, and nothing that was taken out of the folder", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "footlight-certificates-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const name of names) {
    const made = await makeLeaf(root, [`${name}.test`], period, "02");
    writeFileSync(join(folder, `${name}.pem`), made.certificate + made.privateKey);
  }
  const table = join(folder, "certificates.json");
  writeFileSync(table, '{"arn:a": "a", "arn:b": "b", "arn:c": "c"}');
  const read = (before = noCertificates) =>
    keepUnreadable(readCertificateFolder(folder), before, silentLogger);
  const first = read();
  assert.deepEqual([...first.byId.keys()], ["arn:a", "arn:b", "arn:c"]);

  writeFileSync(join(folder, "a.pem"), "broken");
  rmSync(join(folder, "b.pem"));
  const second = read(first);
  assert.deepEqual([...second.certificates.keys()].toSorted(), ["a", "c"]);
  assert.deepEqual([...second.byId.keys()], ["arn:a", "arn:c"]);
  assert.equal(second.byId.get("arn:a"), first.certificates.get("a"));

  writeFileSync(table, "{");
  rmSync(join(folder, "c.pem"));
  const third = read(second);
  assert.deepEqual([...third.byId.keys()], ["arn:a"], "the table is the one from before");
  rmSync(join(folder, "a.pem"));
  assert.deepEqual([...read(third).byId.keys()], []);
});

test("watchCertificateFiles() looks a slice at a time, and says once what it can't read", async (t) => {
  const logger = notedLogger();
  let content = { version: 0 };
  let turns = 0;
  let looks = 0;
  const { current, stop } = watchCertificateFiles({
    *read(before: typeof content | undefined) {
      looks += 1;
      if (content.version < 0) throw new Error("it is not there");
      // Some 10 ms of work.
      for (let step = 0; before !== undefined && step < 20; step += 1) {
        for (const start = performance.now(); performance.now() - start < 0.5;);
        yield;
      }
      return content;
    },
    logger,
    ...{ intervalMs: 5, restFactor: 1 },
  });
  t.after(stop);
  const counting = setInterval(() => (turns += 1), 1);
  t.after(() => clearInterval(counting));
  content = { version: 1 };
  for (let count = 0; current() !== content; count += 1) await wait(1);
  assert.ok(turns >= 5, `others had ${turns} turns meanwhile`);
  assert.deepEqual(logger.lines.length, 1);
  const kept = content;
  content = { version: -1 };
  const before = looks;
  while (looks < before + 3) await wait(5);
  assert.equal(current(), kept);
  assert.equal(logger.lines.filter((line) => line.includes("could not be read anew")).length, 1);
});
