import assert from "node:assert/strict";
import { test } from "node:test";
import { compileOriginPattern } from "./cors-origin-pattern.ts";

interface Row {
  readonly entry: string;
  readonly matches: readonly string[];
  readonly not: readonly string[];
}

/** The first seven entries are the reference's own. */
const rows: readonly Row[] = [
  {
    entry: "http://*.example.org",
    matches: ["http://www.example.org", "http://a.b.example.org"],
    not: ["https://www.example.org", "http://www.example.org:123", "http://example.org"],
  },
  {
    entry: "*.example.org",
    matches: [
      "http://test.example.org",
      "https://a.b.example.org",
      "https://.example.org",
      "app://x.example.org",
    ],
    not: ["https://test.example.org:123", "https://example.org", "https://test.example.org.evil"],
  },
  {
    entry: "example.org",
    matches: ["http://example.org", "https://example.org", "https://EXAMPLE.org"],
    not: ["https://www.example.org", "https://example.org:8443", "https://examplexorg"],
  },
  {
    entry: "http://example.org",
    matches: ["http://example.org"],
    not: ["https://example.org", "http://example.org:123", "http://example.org/"],
  },
  {
    entry: "http://example.org:*",
    matches: ["http://example.org", "http://example.org:123"],
    not: ["https://example.org:123", "http://example.org:", "http://example.org:12a"],
  },
  {
    entry: "http://example.org:1*3",
    matches: ["http://example.org:13", "http://example.org:123", "http://example.org:1893"],
    not: ["http://example.org", "http://example.org:14", "http://example.org:1230"],
  },
  {
    entry: "*.example.org:1*",
    matches: ["https://a.example.org:1", "http://a.example.org:123"],
    not: ["https://a.example.org", "https://a.example.org:21", "https://example.org:1"],
  },
  {
    entry: "https://*",
    matches: ["https://example.org", "https://[::1]"],
    not: ["http://example.org", "https://example.org:1", "https://user@example.org"],
  },
  {
    entry: "http://[::1]:80*",
    matches: ["http://[::1]:80", "http://[::1]:8080"],
    not: ["http://[::1]", "http://[::2]:80"],
  },
  {
    entry: "null",
    matches: ["null"],
    not: ["https://null", "NULL"],
  },
  {
    entry: "https://*.example.org",
    matches: ["https://a.example.org"],
    not: [
      "https://evil.test/.example.org",
      "https://evil.test:1.example.org",
      "https://evil.test@a.example.org",
      "https://a b.example.org",
      "https://a.example.org, https://b.example.org",
      "https://\u00e4.example.org",
      `https://${"a".repeat(1800)}.example.org`,
      "",
    ],
  },
];

for (const { entry, matches, not } of rows) {
  test(`${entry} as an allowed origin`, () => {
    const isAllowed = compileOriginPattern(entry);
    for (const origin of matches) assert.equal(isAllowed(origin), true, origin);
    for (const origin of not) assert.equal(isAllowed(origin), false, origin);
  });
}
