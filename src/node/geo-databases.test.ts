/** What database files say of addresses, before and after they change. */
import assert from "node:assert/strict";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { writeMmdb, type MmdbNetworks } from "../../test/support/mmdb-writer.ts";
import { notedLogger } from "../../test/support/noted-logger.ts";
import { temporaryFolder } from "../../test/support/test-node.ts";
import { checkGeoDatabases, openGeoDatabases } from "./geo-databases.ts";

const cologne = {
  country: { iso_code: "DE", names: { de: "Deutschland", en: "Germany" } },
  subdivisions: [{ iso_code: "NW", names: { en: "North Rhine-Westphalia" } }],
  city: { names: { en: "Köln" } },
  postal: { code: "50667" },
  location: { latitude: 50.9375, longitude: 6.9603, time_zone: "Europe/Berlin" },
};
const networks: MmdbNetworks = {
  "203.0.113.0/25": cologne,
  "203.0.113.128/25": { country: { iso_code: "FR" }, location: { metro_code: 501 } },
  "2001:db8:1::/48": { country: { iso_code: "SE" } },
};

async function open(t: TestContext, ...contents: Buffer[]) {
  const folder = temporaryFolder();
  const files = contents.map((bytes, index) => {
    const file = join(folder, `${index}.mmdb`);
    writeFileSync(file, bytes);
    return file;
  });
  const logger = notedLogger();
  const places = await openGeoDatabases(files, logger);
  assert.ok(places);
  t.after(places.close);
  return { places, files, logger };
}

test("places are found by IPv4 and IPv6 addresses, and nothing is known of the others", async (t) => {
  const { places } = await open(t, writeMmdb(networks));
  const { city, region, timeZone, ...rest } = places.find("203.0.113.7");
  assert.deepEqual([city, region, timeZone], ["Köln", "NW", "Europe/Berlin"]);
  assert.deepEqual(rest, {
    country: "DE",
    countryName: "Germany",
    regionName: "North Rhine-Westphalia",
    postalCode: "50667",
    latitude: 50.9375,
    longitude: 6.9603,
  });
  assert.deepEqual(places.find("203.0.113.200"), { country: "FR", metroCode: 501 });
  assert.deepEqual(places.find("2001:db8:1::7"), { country: "SE" });
  assert.deepEqual(places.find("2001:db8:2::7"), {});
  assert.deepEqual(places.find("192.0.2.1"), {});
});

test("databases of cities and of networks are read side by side", async (t) => {
  const asn = writeMmdb({ "203.0.0.0/16": { autonomous_system_number: 64_496 } }, "Test-ASN");
  const { places } = await open(t, writeMmdb(networks), asn);
  const { country, asn: number } = places.find("203.0.113.7");
  assert.deepEqual([country, number], ["DE", 64_496]);
  assert.deepEqual(places.find("203.0.1.1"), { asn: 64_496 });
});

test("values that are not of their form are left out", async (t) => {
  const record = {
    country: { iso_code: "DE\r\nX: 1", names: { en: 7 } },
    subdivisions: [],
    location: { latitude: "north", time_zone: "no zone" },
    city: "Köln",
  };
  const { places } = await open(t, writeMmdb({ "203.0.113.0/24": record }));
  assert.deepEqual(places.find("203.0.113.7"), {});
});

test("a file that changes is read again; a broken one leaves what was read before", async (t) => {
  const whole = writeMmdb({ "203.0.113.0/24": { country: { iso_code: "NL" } } });
  const { places, files, logger } = await open(t, writeMmdb(networks));
  const [file = ""] = files;

  writeFileSync(file, whole.subarray(0, whole.length / 2));
  while (!logger.lines.some((line) => line.includes("stays in use"))) await sleep(20);
  assert.match(logger.lines.at(-1)!, /0\.mmdb is no MaxMind database .*only the beginning of one/);
  assert.equal(places.find("203.0.113.7").country, "DE");

  writeFileSync(`${file}.new`, whole);
  renameSync(`${file}.new`, file);
  while (places.find("203.0.113.7").country !== "NL") await sleep(20);
});

test("a worker that starts on a broken file knows nothing until it is whole", async (t) => {
  const { places, files, logger } = await open(t, Buffer.from("not a database"));
  assert.match(logger.lines.join(), /is no MaxMind database.*nothing is known from it/);
  assert.deepEqual(places.find("203.0.113.7"), {});
  writeFileSync(files[0]!, writeMmdb(networks));
  while (places.find("203.0.113.7").country !== "DE") await sleep(20);
});

test("a file that is no database at the start is refused", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "a.mmdb");
  const opened = () => checkGeoDatabases([file]);
  await assert.rejects(opened, /a\.mmdb cannot be read: ENOENT/);
  writeFileSync(file, "not a database");
  await assert.rejects(opened, /a\.mmdb is no MaxMind database/);
  const whole = writeMmdb(networks);
  writeFileSync(file, whole.subarray(200));
  await assert.rejects(opened, /is a broken MaxMind database/);
});
