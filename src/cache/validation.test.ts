import assert from "node:assert/strict";
import { test } from "node:test";
import { confirmsStored, refreshedHeaders, validationLines } from "./validation.ts";

const newYear = "Thu, 01 Jan 2026 00:00:00 GMT";
const later = "Fri, 02 Jan 2026 00:00:00 GMT";
const respondedAt = Date.parse(later);

const validated: [headers: string[], lines: string[]][] = [
  [
    ["ETag", '"a"'],
    ["If-None-Match", '"a"'],
  ],
  [
    ["etag", 'W/"a"'],
    ["If-None-Match", 'W/"a"'],
  ],
  [
    ["Last-Modified", newYear],
    ["If-Modified-Since", newYear],
  ],
  [
    ["Last-Modified", newYear, "ETag", '"a"'],
    ["If-None-Match", '"a"', "If-Modified-Since", newYear],
  ],
  [
    ["ETag", "abc"],
    ["If-None-Match", "abc"],
  ],
  [["ETag", '"a"', "ETag", '"b"'], []],
  [["ETag", "", "Last-Modified", ""], []],
  [["Content-Type", "text/plain"], []],
];
for (const [headers, lines] of validated) {
  test(`validationLines() of ${headers.join(" ")} are ${lines.join(" ") || "none"}`, () => {
    assert.deepEqual(validationLines({ headers }), lines);
  });
}

const confirmations: [stored: string[], from304: string[], isConfirmed: boolean][] = [
  [["ETag", '"a"'], ["ETag", '"a"'], true],
  [["ETag", '"a"'], ["ETag", '"b"'], false],
  [["ETag", '"a"'], ["ETag", 'W/"a"'], true],
  [["ETag", 'W/"a"'], ["ETag", 'W/"a"'], true],
  [["ETag", 'W/"a"'], ["ETag", 'W/"b"'], false],
  [["ETag", 'W/"a"'], ["ETag", '"a"'], true],
  [["ETag", '"a"'], [], true],
  [["ETag", '"a"', "Last-Modified", newYear], ["ETag", '"a"', "Last-Modified", later], true],
  [["ETag", '"a"', "Last-Modified", newYear], ["Last-Modified", newYear], true],
  [["ETag", '"a"', "Last-Modified", newYear], ["Last-Modified", later], false],
  [["Last-Modified", newYear], ["Last-Modified", newYear], true],
  [["Last-Modified", newYear], ["Last-Modified", later], false],
  [["Last-Modified", newYear], ["ETag", '"a"'], false],
  [["Last-Modified", newYear], ["ETag", 'W/"a"'], true],
  [["Last-Modified", newYear], ["ETag", '"a"', "Last-Modified", newYear], true],
  [["X-A", "1"], ["ETag", '"a"'], false],
  [["X-A", "1"], [], true],
];
for (const [stored, from304, isConfirmed] of confirmations) {
  const verb = isConfirmed ? "takes" : "does not take";
  test(`confirmsStored() ${verb} ${from304.join(" ") || "nothing"} for ${stored.join(" ")}`, () => {
    assert.equal(confirmsStored(stored, from304), isConfirmed);
  });
}

test("refreshedHeaders() replaces all lines of a name that the 304 tells, and keeps the others", () => {
  const stored = [
    "X-A",
    "1",
    "x-b",
    "1",
    "X-B",
    "2",
    "Date",
    newYear,
    "Cache-Control",
    "max-age=1",
  ];
  const from304 = ["Date", later, "X-b", "3", "Cache-Control", "max-age=9", "X-C", "4"];
  assert.deepEqual(refreshedHeaders(stored, from304, respondedAt), ["X-A", "1", ...from304]);
});

test("refreshedHeaders() keeps what the bytes depend on", () => {
  const bound = [
    "Content-Length",
    "36",
    "Content-Encoding",
    "gzip",
    "Content-Range",
    "bytes 0-1/2",
  ];
  const stored = ["ETag", 'W/"a"', ...bound];
  const from304 = ["ETag", '"a"', "content-length", "0", "content-encoding", "br", "Date", later];
  assert.deepEqual(refreshedHeaders(stored, from304, respondedAt), [...stored, "Date", later]);
  const range = ["Content-Range", "bytes 4-5/6", "Date", later];
  assert.deepEqual(refreshedHeaders(["X", "1"], range, respondedAt), ["X", "1", "Date", later]);
});

test("refreshedHeaders() takes an ETag where there was none", () => {
  const from304 = ["ETag", '"a"', "Date", later];
  assert.deepEqual(refreshedHeaders(["X", "1"], from304, respondedAt), ["X", "1", ...from304]);
});

test("refreshedHeaders() is as old as the 304", () => {
  const stored = ["Date", newYear, "Age", "600", "X", "1"];
  assert.deepEqual(refreshedHeaders(stored, [], respondedAt), ["X", "1", "Date", later]);
  assert.deepEqual(refreshedHeaders(stored, ["Age", "2"], respondedAt), [
    "X",
    "1",
    "Age",
    "2",
    "Date",
    later,
  ]);
});

test("refreshedHeaders() leaves out what is about the connection", () => {
  const from304 = ["Connection", "X-Hop", "X-Hop", "2", "Keep-Alive", "timeout=1", "Date", later];
  const stored = ["X-Hop", "1"];
  assert.deepEqual(refreshedHeaders(stored, from304, respondedAt), ["X-Hop", "1", "Date", later]);
});
