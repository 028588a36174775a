/**
 * The look at the local certificate every ten minutes, by a clock that goes on, and by one that is set.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fillDisk, smallDisk } from "../../test/support/small-disk.ts";
import { silentLogger, type Logger } from "../base/logger.ts";
import { authorityFolder, readLeaf, readRoot } from "../certificates/local-authority.ts";
import { keepLocalCertificate, LocalCertificate } from "./local-certificates.ts";

const start = new Date("2026-06-01T12:00:00Z");
const day = 86_400_000;
const later = (days: number) => new Date(start.getTime() + days * day);

function prepare(t: TestContext, data = mkdtempSync(join(tmpdir(), "footlight-local-"))) {
  t.after(() => rmSync(data, { recursive: true, force: true }));
  const told: string[] = [];
  const tell = (_about: unknown, message: string): unknown => told.push(message);
  const logger: Logger = { ...silentLogger, info: tell, warn: tell, error: tell };
  const options = { data, domainSuffix: "cloudfront.localhost", edgeHost: "::1", apiHost: "::1" };
  const folder = authorityFolder(data);
  return {
    ...{ told, logger, options },
    root: () => readRoot(folder)!,
    leaf: () => readLeaf(folder)!,
    /** Whether a client of such a clock takes what is shown. */
    isTakenBy: (clock: Date): boolean => {
      const chain = [readLeaf(folder)!.chain, readRoot(folder)!];
      return chain.every((pem) => {
        const { validFromDate, validToDate } = new X509Certificate(pem);
        return validFromDate <= clock && clock <= validToDate;
      });
    },
  };
}

test("keepLocalCertificate() looks every ten minutes, and renews what a machine that slept has let expire", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const { told, logger, options, leaf } = prepare(t);
  let now = start;
  t.after(await keepLocalCertificate(options, logger, () => now));
  const made = leaf();
  t.mock.timers.tick(600_000);
  assert.equal(leaf().fingerprint, made.fingerprint);
  now = later(100);
  t.mock.timers.tick(600_000);
  // It is made on a thread, which comes to an end by itself.
  while (told.length === 0) await new Promise((resolve) => setImmediate(resolve));
  assert.match(told.join(), /was not good by this machine's clock, and was made anew/);
  assert.ok(leaf().validTo > later(180));
});

test("a clock that jumps a year ahead or back, and is put right, shuts nobody out, and has a certificate made once", async (t) => {
  for (const days of [366, -366]) {
    const { told, logger, options, leaf, root, isTakenBy } = prepare(t);
    const certificate = new LocalCertificate(options, logger);
    await certificate.look(start);
    const trusted = root();
    const made: string[] = [leaf().fingerprint];
    for (const at of [days, days, days + 0.01, 0.02, 0.03]) {
      await certificate.look(later(at));
      if (leaf().fingerprint !== made.at(-1)) made.push(leaf().fingerprint);
      for (const clock of [0.02, at])
        assert.ok(isTakenBy(later(clock)), `${days}: ${at}, ${clock}`);
    }
    assert.equal(made.length, 2);
    assert.equal(root(), trusted);
    assert.equal(told.length, 1);
    assert.match(told[0]!, /has the clock been set\?/);
    const { validFrom, validTo } = leaf();
    assert.ok(validTo.getTime() - validFrom.getTime() < 825 * day);
  }
});

test("a clock that says 1970 or 2050 has the root's trouble told once, and the root stays", async (t) => {
  const { told, logger, options, root, isTakenBy } = prepare(t);
  const certificate = new LocalCertificate(options, logger);
  await certificate.look(start);
  const trusted = root();
  for (const clock of [new Date(86_400_000), new Date("2050-01-01T00:00:00Z")]) {
    told.length = 0;
    for (let look = 0; look < 3; look += 1) await certificate.look(clock);
    assert.deepEqual(
      told.map((message) => message.slice(0, 30)),
      ["the local certificate was not ", "nobody whose clock is this one"],
    );
    await certificate.look(start);
    assert.ok(isTakenBy(start));
  }
  assert.equal(root(), trusted);
});

test("a certificate that is due on a full disk is served by while it is good, and renewed when there is room", async (t) => {
  const disk = smallDisk(t, 1);
  if (disk === undefined) return;
  const { told, logger, options, leaf } = prepare(t, join(disk, "data"));
  (await keepLocalCertificate(options, logger, () => start))();
  const made = leaf().fingerprint;
  const files = readdirSync(join(options.data, "ca"));
  const makeRoom = fillDisk(disk);
  (await keepLocalCertificate(options, logger, () => later(70)))();
  assert.deepEqual(told, ["the local certificate could not be renewed"]);
  // One that is over is none to start with.
  await assert.rejects(
    keepLocalCertificate(options, logger, () => later(100)),
    { code: "ENOSPC" },
  );
  assert.equal(leaf().fingerprint, made);
  assert.deepEqual(readdirSync(join(options.data, "ca")), files);
  makeRoom();
  (await keepLocalCertificate(options, logger, () => later(70)))();
  assert.notEqual(leaf().fingerprint, made);
});
