import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo, type LookupFunction, type Socket } from "node:net";
import { test } from "node:test";
import { originSettings } from "../deployment/origin-settings.ts";
import { OriginPlaces } from "./connect.ts";

/** @returns the family of addresses that an origin's name is looked up for; 0 for both */
function familyFor(IpAddressType: "ipv4" | "ipv6" | "dualstack" | undefined): Promise<unknown> {
  const origin = originSettings({
    Id: "origin",
    DomainName: "origin.example.com",
    CustomOriginConfig: {
      HTTPPort: 80,
      HTTPSPort: 443,
      OriginProtocolPolicy: "http-only",
      ...(IpAddressType && { IpAddressType }),
    },
  });
  return new Promise((resolve) => {
    const lookup: LookupFunction = (_, { family = 0 }, done) => {
      resolve(family);
      done(Object.assign(new Error("not there"), { code: "ENOTFOUND" }), []);
    };
    const places = new OriginPlaces({ certificateAuthorities: [], refusesPrivate: false, lookup });
    places.find({ origin, scheme: "http", serverName: "" }, true).connect(() => {});
  });
}

for (const [type, family] of [
  ["ipv4", 4],
  ["ipv6", 6],
  ["dualstack", 0],
  [undefined, 0],
] as const) {
  test(`an origin whose IpAddressType is ${type} is looked up for family ${family}`, async () => {
    assert.equal(await familyFor(type), family);
  });
}

test("an origin that takes a connection while the process stands still is not given up", async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const origin = originSettings({
    Id: "origin",
    DomainName: "127.0.0.1",
    CustomOriginConfig: {
      ...{ HTTPPort: port, HTTPSPort: 443, OriginProtocolPolicy: "http-only" },
    },
  });
  const places = new OriginPlaces({ certificateAuthorities: [], refusesPrivate: false });
  const impatient = { ...origin, connectionTimeoutMs: 20 };
  const place = places.find({ origin: impatient, scheme: "http", serverName: "" }, true);
  const made = new Promise<Socket>((resolve, reject) => {
    place.connect((error, socket) => (socket === undefined ? reject(error!) : resolve(socket)));
  });
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  (await made).destroy();
});
