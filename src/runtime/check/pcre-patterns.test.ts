import assert from "node:assert/strict";
import { test } from "node:test";
import { checkFunction } from "./check-function.ts";
import { findPcrePart } from "./pcre-patterns.ts";

test("findPcrePart() finds what PCRE has beyond JavaScript", () => {
  const misread = {
    "\\Aab": "\\A",
    "ab\\z": "\\z",
    "a\\hb": "\\h",
    "[\\h]": "\\h",
    "\\Qa.b\\E": "\\Q",
    "\\p{L}+": "\\p",
    "\\x{61}": "\\x{…}",
    "[[:alpha:]_]+": "[:alpha:]",
    "[^[:^digit:]]": "[:^digit:]",
  };
  for (const [pattern, text] of Object.entries(misread)) {
    const part = findPcrePart(pattern);
    assert.deepEqual([part?.text, part?.isRefused], [text, false], pattern);
  }
  const refused = {
    "(?i)ab": "(?i)",
    "a++b": "++",
    "a?+b": "?+",
    "a{1,2}+b": "}+",
    ...{ "(a)?+": "?+", "[+]++": "++", "(?:a|b++)": "++", "\\+++": "++", "a}++": "++" },
    "(?>a+)": "(?>",
    "(?P<n>a)": "(?P<",
    "(?'n'a)": "(?'",
    "(?#c)a": "(?#",
    "(?|(a)|(b))": "(?|",
    "(?R)": "(?R",
    "(?(1)a|b)": "(?(",
    "(*UTF8)a": "(*",
    "(?<n>a)\\k{n}": "\\k{",
  };
  for (const [pattern, text] of Object.entries(refused)) {
    const part = findPcrePart(pattern);
    assert.deepEqual([part?.text, part?.isRefused], [text, true], pattern);
  }
});

test("findPcrePart() finds nothing in what both read alike", () => {
  const same = [
    "(?",
    "( ? (? ",
    "(?q)",
    "^/a(?:b|c)(?=d)(?!e)(?<=f)(?<!g)(?<name>h)\\k<name>$",
    "\\\\A[A-Z]z\\/\\.\\d\\w\\s\\b\\B\\n\\t\\x41",
    "a+?b*?c{1,2}?d}+",
    "[(*+?{}:[]+[:a]",
    "\\(?i\\)\\++",
    "(?i:a)",
    "(*",
    "(*)",
    // Nothing is there to be repeated: neither takes it.
    ...["++", "?+a", "(++)", "(?:++)", "(?<name>++)", "a|*+", "^++", "\\b++", "{2}++", "a+?++"],
  ];
  for (const pattern of same) assert.equal(findPcrePart(pattern), undefined, pattern);
});

test("checkFunction() tells a pattern that goes otherwise here, and one that cannot be read", () => {
  const messagesOf = (pattern: string): string[] =>
    checkFunction(
      `function handler(event) { return ${pattern}.test(event.request.uri) ? event.request : event.request }`,
      "cloudfront-js-2.0",
    ).map(({ severity, rule, message }) => `${severity} ${rule}: ${message}`);
  assert.deepEqual(messagesOf("/\\Aab/"), [
    "warning pcre-pattern: \\A is PCRE's: CloudFront reads it so, and the engine here as JavaScript does; write ^ without the flag m",
  ]);
  assert.deepEqual(messagesOf("new RegExp('[[:alpha:]]')").length, 1);
  assert.deepEqual(messagesOf("/a++b/"), [
    "error pcre-pattern: CloudFront's PCRE takes ++, and the engine here does not; write it without the second +",
  ]);
  assert.match(messagesOf("/++/").join("\n"), /^error syntax: .*does not follow a repeatable item/);
});
