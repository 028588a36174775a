import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  binaryHeader,
  extension,
  inet6Addresses,
  inetAddresses,
} from "../../../../test/support/proxy-header.ts";
import { readProxyHeader } from "./read-proxy-header.ts";

const line = (text: string) => Buffer.from(`${text}\r\n`, "latin1");
const viewer = { address: "198.51.100.7", port: 51_000 };
const viewer6 = { address: "2001:db8::7", port: 51_000 };
const extensions = Buffer.concat([
  extension(0x01, Buffer.from("h2")),
  extension(0xea, Buffer.alloc(300)),
]);

const taken: readonly (readonly [what: string, header: Buffer, source: object | undefined])[] = [
  ["a line of IPv4", line("PROXY TCP4 198.51.100.7 192.0.2.1 51000 443"), viewer],
  ["a line of IPv6", line("PROXY TCP6 2001:db8::7 2001:db8::1 51000 443"), viewer6],
  ["IPv6 as nobody writes it", line("PROXY TCP6 2001:0DB8:0:0:0:0:0:7 ::1 51000 443"), viewer6],
  ["IPv4 within IPv6", line("PROXY TCP6 ::ffff:c633:6407 ::1 51000 443"), viewer],
  [
    "the lowest and the highest port",
    line("PROXY TCP4 198.51.100.7 192.0.2.1 0 65535"),
    { ...viewer, port: 0 },
  ],
  ["a line of the unknown", line("PROXY UNKNOWN"), undefined],
  ["a line of the unknown, with more", line(`PROXY UNKNOWN ${"f".repeat(91)}`), undefined],
  ["binary IPv4", binaryHeader({ family: 0x11, rest: inetAddresses }), viewer],
  ["binary IPv6", binaryHeader({ family: 0x21, rest: inet6Addresses }), viewer6],
  [
    "extensions behind addresses",
    binaryHeader({ family: 0x11, rest: Buffer.concat([inetAddresses, extensions]) }),
    viewer,
  ],
  ["a check of the balancer's own", binaryHeader({ command: "local" }), undefined],
  [
    "a check of its own with addresses",
    binaryHeader({ command: "local", family: 0x11, rest: inetAddresses }),
    undefined,
  ],
  ["an unspecified family", binaryHeader({ rest: extensions }), undefined],
  ["a datagram's addresses", binaryHeader({ family: 0x12, rest: inetAddresses }), undefined],
  ["a socket's file", binaryHeader({ family: 0x31, rest: Buffer.alloc(216) }), undefined],
];

for (const [what, header, source] of taken) {
  test(`readProxyHeader() takes ${what}, whatever follows it and however little comes at a time`, () => {
    const whole = { length: header.length, source };
    assert.deepEqual(readProxyHeader(header), whole);
    assert.deepEqual(readProxyHeader(Buffer.concat([header, header])), whole);
    for (let length = 0; length < header.length; length += 1) {
      assert.equal(readProxyHeader(header.subarray(0, length)), "incomplete", `${length} bytes`);
    }
  });
}

const refused: readonly (readonly [what: string, header: Buffer])[] = [
  ["a request", line("GET / HTTP/1.1")],
  ["a ClientHello", Buffer.from([22, 3, 1, 0, 4])],
  ["lower case", line("proxy TCP4 198.51.100.7 192.0.2.1 51000 443")],
  ["another family", line("PROXY UDP4 198.51.100.7 192.0.2.1 51000 443")],
  ["two spaces", line("PROXY TCP4  198.51.100.7 192.0.2.1 51000 443")],
  ["a word more", line("PROXY TCP4 198.51.100.7 192.0.2.1 51000 443 x")],
  ["a word less", line("PROXY TCP4 198.51.100.7 192.0.2.1 51000")],
  ["a name", line("PROXY TCP4 localhost 192.0.2.1 51000 443")],
  ["an address of another family", line("PROXY TCP4 2001:db8::7 192.0.2.1 51000 443")],
  ["an address with a zone", line("PROXY TCP6 fe80::1%eth0 ::1 51000 443")],
  ["an address with leading zeros", line("PROXY TCP4 198.051.100.007 192.0.2.1 51000 443")],
  ["a port too high", line("PROXY TCP4 198.51.100.7 192.0.2.1 65536 443")],
  ["a port with a leading zero", line("PROXY TCP4 198.51.100.7 192.0.2.1 051000 443")],
  ["a negative port", line("PROXY TCP4 198.51.100.7 192.0.2.1 -1 443")],
  ["the unknown's neighbor", line("PROXY UNKNOWNS")],
  ["a line that ends in a line feed alone", Buffer.from(`PROXY UNKNOWN\n${" ".repeat(100)}`)],
  ["a line that never ends", Buffer.from(`PROXY UNKNOWN ${"f".repeat(200)}\r\n`)],
  ["another signature", Buffer.from("0d0a0d0a000d0a515549540b21110000", "hex")],
  ["another version", Buffer.from("0d0a0d0a000d0a515549540a11110000", "hex")],
  ["another command", Buffer.from("0d0a0d0a000d0a515549540a22110000", "hex")],
  ["another binary family", binaryHeader({ family: 0x41, rest: Buffer.alloc(216) })],
  ["another transport", binaryHeader({ family: 0x13, rest: inetAddresses })],
  ["addresses too short", binaryHeader({ family: 0x11, rest: inetAddresses.subarray(1) })],
  ["IPv6 addresses too short", binaryHeader({ family: 0x21, rest: inetAddresses })],
  ["more than anybody has to say", binaryHeader({ family: 0x11, rest: Buffer.alloc(4081) })],
];

for (const [what, header] of refused) {
  test(`readProxyHeader() refuses ${what}`, () => {
    assert.equal(readProxyHeader(header), "malformed");
  });
}

test("what is malformed stays so with more bytes, and what is taken does not change", () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom(...taken.map(([, header]) => header), ...refused.map(([, header]) => header)),
  );
  fc.assert(
    fc.property(piece, fc.nat(300), piece, (first, cut, second) => {
      const start = readProxyHeader(first.subarray(0, cut));
      if (start === "incomplete") return;
      assert.deepEqual(readProxyHeader(Buffer.concat([first.subarray(0, cut), second])), start);
    }),
    { seed: 12, numRuns: 500 },
  );
});
