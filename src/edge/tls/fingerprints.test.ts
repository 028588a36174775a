/** Fingerprints against the examples that their authors publish. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClientHello } from "./client-hello.ts";
import { ja3Of, ja4Of } from "./fingerprints.ts";

const nothing: ClientHello = {
  version: 0x0303,
  legacyVersion: 0x0303,
  cipherSuites: [],
  extensions: [],
  serverName: undefined,
  protocols: [],
  groups: [],
  pointFormats: [],
  signatureAlgorithms: [],
};

test("ja3Of() of Salesforce's examples", () => {
  const hello = {
    ...nothing,
    legacyVersion: 769,
    cipherSuites: [47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4],
    extensions: [0, 10, 11],
    groups: [23, 24, 25],
    pointFormats: [0],
  };
  assert.equal(ja3Of(hello), "ada70206e40642a3e4461f35503241d5");
  const bare = {
    ...nothing,
    legacyVersion: 769,
    cipherSuites: [4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99],
  };
  assert.equal(ja3Of(bare), "de350869b8c85de67a350c8d186f11e6");
});

test("ja4Of() of FoxIO's example, whatever the order and whatever GREASE is among it", () => {
  const hello = {
    ...nothing,
    version: 0x0304,
    cipherSuites: [
      ...[0x0a0a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030],
      ...[0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035],
    ],
    extensions: [
      ...[0xfafa, 0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d],
      ...[0x0005, 0x0023, 0x0012, 0x002b, 0xff01, 0x000b, 0x000a, 0x0015],
    ],
    serverName: "example.com",
    protocols: ["h2", "http/1.1"],
    signatureAlgorithms: [...[0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601]],
  };
  assert.equal(ja4Of(hello), "t13d1516h2_8daaf6152771_e5627efa2ab1");
  assert.equal(ja4Of(nothing), "t12i000000_000000000000_000000000000");
});
