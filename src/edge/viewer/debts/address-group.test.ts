import assert from "node:assert/strict";
import { test } from "node:test";
import { addressGroup } from "./address-group.ts";

const groups: readonly (readonly [address: string, group: string])[] = [
  ["203.0.113.9", "203.0.113.9"],
  ["::ffff:203.0.113.9", "203.0.113.9"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8:1:2::6", "2001:db8:1:2::/64"],
  ["2001:db8:1:3::6", "2001:db8:1:3::/64"],
  ["2001:db8::6", "2001:db8:0:0::/64"],
  ["2001:db8::1:2:3:4:5", "2001:db8:0:1::/64"],
  ["2001:db8:1:2::", "2001:db8:1:2::/64"],
  ["64:ff9b::203.0.113.9", "64:ff9b:0:0::/64"],
  ["64:ff9b:1:2:3:4:203.0.113.9", "64:ff9b:1:2::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["::", "0:0:0:0::/64"],
  ["", ""],
];

for (const [address, group] of groups) {
  test(`addressGroup() counts ${address || "no address"} as ${group || "nobody's"}`, () => {
    assert.equal(addressGroup(address), group);
  });
}
