import assert from "node:assert/strict";
import { test } from "node:test";
import {
  checkedHeaders,
  checkedQuery,
  checkedReason,
  checkedUri,
  eventText,
  InvalidResult,
} from "./function-text.ts";

const latin1 = (text: string) => Buffer.from(text, "utf8").toString("latin1");

test("eventText() hands over the same array when there is nothing to change", () => {
  const wire = ["Host", "a.example", "Accept", "*/*"];
  assert.equal(eventText(wire, "a.example"), wire);
});

test("eventText() shows Host in its canonical form and UTF-8 as text", () => {
  assert.deepEqual(eventText(["hOST", "A.example:80", "X", latin1("é日")], "a.example"), [
    "hOST",
    "a.example",
    "X",
    "é日",
  ]);
});

test("eventText() takes bytes that are not UTF-8 for ISO-8859-1", () => {
  assert.deepEqual(eventText(["X", "caf\xe9"], undefined), ["X", "caf\xe9"]);
});

test("checkedHeaders() sends what a function left alone as it came, and UTF-8 for the rest", () => {
  const wire = ["X-Old", latin1("é日"), "X-Latin", "caf\xe9"];
  const event = eventText(wire, undefined);
  const result = [...event, "x-new", "日"];
  assert.deepEqual(checkedHeaders("request.headers", result, event, wire), [
    "X-Old",
    latin1("é日"),
    "X-Latin",
    "caf\xe9",
    "X-New",
    latin1("日"),
  ]);
});

test("checkedHeaders() sends bytes that are not UTF-8 as they came", () => {
  const wire = ["X-Latin", "caf\xe9", "X-Text", latin1("日")];
  const event = eventText(wire, undefined);
  assert.deepEqual(checkedHeaders("request.headers", [...event], event, wire), wire);
});

test("checkedHeaders() writes each word of a function's header name with a capital", () => {
  const result = ["x-my-header", "a", "ETag", "b", "x-2fast", "c"];
  assert.deepEqual(
    checkedHeaders("response.headers", result, [], []).filter((_, index) => index % 2 === 0),
    ["X-My-Header", "ETag", "X-2fast"],
  );
});

for (const name of ["", "a b", "a:b", "a\r\nb", "ä", "a\0"]) {
  test(`checkedHeaders() refuses the header name ${JSON.stringify(name)}`, () => {
    assert.throws(() => checkedHeaders("request.headers", [name, "v"], [], []), InvalidResult);
  });
}

for (const value of ["a\r\nSet-Cookie: b", "a\nb", "a\rb", "a\0b", "a\x7f", "\x01"]) {
  test(`checkedHeaders() refuses the header value ${JSON.stringify(value)}`, () => {
    assert.throws(() => checkedHeaders("response.headers", ["x", value], [], []), {
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
  ["/é", "/%C3%A9"],
  ["/😀", "/%F0%9F%98%80"],
];

for (const [uri, wire] of uris) {
  test(`checkedUri() sends ${wire} for ${uri}`, () => {
    assert.equal(checkedUri(uri), wire);
  });
}

for (const uri of ["", "a", "http://b/", "/a\r\nHost: b", "/\0"]) {
  test(`checkedUri() refuses ${JSON.stringify(uri)}`, () => {
    assert.throws(() => checkedUri(uri), InvalidResult);
  });
}

test("checkedQuery() keeps what can stand in a query string and encodes the rest of Unicode", () => {
  assert.equal(checkedQuery("a=b&c=%20?"), "a=b&c=%20?");
  assert.equal(checkedQuery("q=é"), "q=%C3%A9");
  assert.equal(checkedQuery(undefined), undefined);
});

for (const query of ["a b", "a#b", "a\r\nb", "a\0"]) {
  test(`checkedQuery() refuses ${JSON.stringify(query)}`, () => {
    assert.throws(() => checkedQuery(query), InvalidResult);
  });
}

test("checkedReason() refuses what would end the status line", () => {
  assert.throws(() => checkedReason("OK\r\nX: y"), InvalidResult);
  assert.equal(checkedReason("Très bien"), latin1("Très bien"));
});
