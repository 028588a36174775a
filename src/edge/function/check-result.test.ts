import assert from "node:assert/strict";
import { test } from "node:test";
import {
  checkedQuery,
  checkedReason,
  checkedUri,
  checkHeaders,
  InvalidResult,
} from "./check-result.ts";

const latin1 = (text: string) => Buffer.from(text, "utf8").toString("latin1");

test("checkHeaders() accepts what can stand in a header line", () => {
  checkHeaders("request.headers", ["X-A", "a\tb c", "x_b!", "", "ETag", latin1("é日")]);
});

for (const name of ["", "a b", "a:b", "a\r\nb", "ä", "a\0"]) {
  test(`checkHeaders() refuses the header name ${JSON.stringify(name)}`, () => {
    assert.throws(() => checkHeaders("request.headers", [name, "v"]), InvalidResult);
  });
}

for (const value of ["a\r\nSet-Cookie: b", "a\nb", "a\rb", "a\0b", "a\x7f", "\x01", "日"]) {
  test(`checkHeaders() refuses the header value ${JSON.stringify(value)}`, () => {
    assert.throws(() => checkHeaders("response.headers", ["x", value]), {
      message: /^The CloudFront function returned an invalid value: response\.headers /,
    });
  });
}

const uris: [uri: string, wire: string][] = [
  ["/a/b", "/a/b"],
  ["/a%20b", "/a%20b"],
  ["/a b", "/a%20b"],
  ["/a?b", "/a%3Fb"],
  ["/a#b", "/a%23b"],
  [latin1("/é"), "/%C3%A9"],
  [latin1("/😀"), "/%F0%9F%98%80"],
];

for (const [uri, wire] of uris) {
  test(`checkedUri() sends ${wire} for ${uri}`, () => {
    assert.equal(checkedUri(uri), wire);
  });
}

for (const uri of ["", "a", "http://b/", "/a\r\nHost: b", "/\0", "/a\tb", "/日"]) {
  test(`checkedUri() refuses ${JSON.stringify(uri)}`, () => {
    assert.throws(() => checkedUri(uri), InvalidResult);
  });
}

test("checkedQuery() makes none of an empty query string", () => {
  assert.equal(checkedQuery(""), undefined);
});

test("checkedQuery() keeps what can stand in a query string and encodes other bytes", () => {
  assert.equal(checkedQuery("a=b&c=%20?"), "a=b&c=%20?");
  assert.equal(checkedQuery(latin1("q=é")), "q=%C3%A9");
  assert.equal(checkedQuery(undefined), undefined);
});

for (const query of ["a b", "a#b", "a\r\nb", "a\0"]) {
  test(`checkedQuery() refuses ${JSON.stringify(query)}`, () => {
    assert.throws(() => checkedQuery(query), InvalidResult);
  });
}

test("checkedReason() refuses what would end the status line, and sends UTF-8", () => {
  assert.throws(() => checkedReason("OK\r\nX: y"), InvalidResult);
  assert.equal(checkedReason("Très bien"), latin1("Très bien"));
});

const given = ["Host", "example.com", "X-Odd", "as\x01sent"];

test("headers that a function left as they were are not its own to answer for", () => {
  checkHeaders("request.headers", [...given, "X-Added", "1"], given);
});

test("a line of which a function changed the value or the name is judged, and so are those behind it", () => {
  for (const headers of [
    ["Host", "example.com", "X-Odd", "as\nit likes"],
    ["Host", "example.com", "X\nOdd", "as\x01sent"],
    ["Host", "example.net", "X-Odd", "as\x01sent"],
    [...given, "X-Added", "1\r\nX-More: 2"],
    [...given, "X-Added"],
  ]) {
    assert.throws(() => checkHeaders("request.headers", headers, given), InvalidResult);
  }
});
