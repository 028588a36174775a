import assert from "node:assert/strict";
import { test } from "node:test";
import { isPublicAddress } from "./private-addresses.ts";

const notPublic = {
  "this network": ["0.0.0.0", "0.255.255.255", "::"],
  loopback: ["127.0.0.1", "127.255.255.254", "::1"],
  private: ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1"],
  "link-local": ["169.254.0.1", "fe80::1", "febf::1", "fe80::1%eth0"],
  "unique-local": ["fc00::1", "fd12:3456:789a::1"],
  "shared with a carrier": ["100.64.0.1", "100.127.255.255"],
  multicast: ["224.0.0.1", "239.255.255.255", "ff02::1"],
  "broadcast and reserved": ["255.255.255.255", "240.0.0.1"],
  metadata: [
    "169.254.169.254",
    "169.254.170.2",
    "100.100.100.200",
    "168.63.129.16",
    "fd00:ec2::254",
  ],
  documentation: ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
  benchmarks: ["198.18.0.1", "198.19.255.255", "2001:2::1"],
  "site-local, which nobody uses any more": ["fec0::1"],
  "an IPv4 address, mapped": [
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:a9fe:a9fe",
    "::FFFF:10.0.0.1",
  ],
  "an IPv4 address, compatible": ["::127.0.0.1", "::8.8.8.8"],
  "an IPv4 address behind NAT64": ["64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b::a00:1"],
  "a NAT64 of a network's own": ["64:ff9b:1::1"],
  "an IPv4 address behind 6to4 or Teredo": ["2002:7f00:1::", "2002:808:808::", "2001:0:1::1"],
  "no address": ["", "localhost", "127.1", "0x7f000001"],
};

for (const [kind, addresses] of Object.entries(notPublic)) {
  test(`not public: ${kind}`, () => {
    for (const address of addresses) assert.equal(isPublicAddress(address), false, address);
  });
}

test("public: the rest", () => {
  const addresses = [
    ...["1.1.1.1", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "126.255.255.255"],
    ...[
      "128.0.0.1",
      "169.253.255.255",
      "172.15.255.255",
      "172.32.0.1",
      "192.167.0.1",
      "223.255.255.255",
    ],
    ...["168.63.129.15", "168.63.129.17", "2606:4700::1111", "2a00:1450::1", "2001:4860::8888"],
    ...["::ffff:8.8.8.8", "64:ff9b::808:808"],
  ];
  for (const address of addresses) assert.equal(isPublicAddress(address), true, address);
});
