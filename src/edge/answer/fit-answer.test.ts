import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import * as fc from "fast-check";
import { tried } from "../../../test/support/tried.ts";
import { WholeBody } from "../../base/body.ts";
import { firstValue, hasName } from "../../base/header-lines.ts";
import { textOf, watchedBody } from "../../../test/support/watched-body.ts";
import type { Answer } from "./answer.ts";
import { fitAnswer } from "./fit-answer.ts";

const object = "0123456789";
const changed = "Thu, 01 Jan 2026 00:00:00 GMT";
const made = "Fri, 02 Jan 2026 00:00:00 GMT";
const now = () => new Date("2026-01-03T00:00:00.000Z");

const kept = ["Date", made, "ETag", '"a"', "Cache-Control", "max-age=60", "Vary", "Origin"];
const others = ["Server", "nginx", "Set-Cookie", "a=b", "Access-Control-Allow-Origin", "*"];
const content = ["Content-Type", "text/plain", "Content-Length", "10", "Last-Modified", changed];
const all = [...kept, ...others, ...content];

/** What a viewer would get, of which nothing but a part may be wanted. */
function answerOf(t: TestContext, over: Partial<Answer> = {}): Answer {
  return {
    status: 200,
    reason: "OK",
    headers: all,
    body: watchedBody(t, object),
    result: "Hit",
    age: 7,
    via: "1.1 a",
    object: {
      etag: '"a"',
      lastModified: changed,
      length: object.length,
      slice: (first, end) => watchedBody(t, object.slice(first, end)),
    },
    ...over,
  };
}

function fit(answer: Answer, headers: string[], method = "GET"): Answer {
  return fitAnswer(answer, { id: "bound-ary==", method, headers, isConditional: true }, now);
}

/** The lines that are not among those of the whole answer. */
function added({ headers }: Answer): string[] {
  const lines: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const [name = "", value = ""] = headers.slice(index, index + 2);
    if (firstValue(all, name.toLowerCase()) !== value) lines.push(name, value);
  }
  return lines;
}

const untouched: [name: string, headers: string[], over?: Partial<Answer>, method?: string][] = [
  ["nothing was asked for but the whole", ["Accept", "*/*"]],
  ["another version is at hand", ["If-None-Match", '"b"']],
  ["it was changed", ["If-Modified-Since", "Wed, 31 Dec 2025 00:00:00 GMT"]],
  ["it is no object", ["If-None-Match", '"a"', "Range", "bytes=0-1"], { object: undefined }],
  ["it is an error", ["If-None-Match", '"a"'], { status: 404 }],
  ["it is a part already", ["Range", "bytes=0-1"], { status: 206 }],
  ["the method has another meaning", ["If-None-Match", '"a"', "Range", "bytes=0-1"], {}, "OPTIONS"],
  ["a HEAD asks for a part", ["Range", "bytes=0-1"], {}, "HEAD"],
  ["a HEAD asks for a part that is not there", ["Range", "bytes=50-"], {}, "HEAD"],
  ["ranges overlap", ["Range", "bytes=0-5,3-8"]],
  ["the range is none", ["Range", "bytes=5-2"]],
  ["the viewer's part is of another version", ["Range", "bytes=5-", "If-Range", '"b"']],
  ["the viewer's part is of about this version", ["Range", "bytes=5-", "If-Range", 'W/"a"']],
  ["If-Range has no Range", ["If-Range", '"a"']],
];
for (const [name, headers, over, method] of untouched) {
  test(`fitAnswer() leaves an answer alone when ${name}`, (t) => {
    const answer = answerOf(t, over);
    assert.equal(fit(answer, headers, method), answer);
    answer.body.discard();
  });
}

test("fitAnswer() does not look at headers when the request has none of those that count", (t) => {
  const answer = answerOf(t);
  const viewer = { id: "", method: "GET", headers: ["Range", "bytes=0-1"], isConditional: false };
  assert.equal(fitAnswer(answer, viewer, now), answer);
  answer.body.discard();
});

test("fitAnswer() leaves a Range alone while nobody knows where the object ends", (t) => {
  const answer = answerOf(t);
  const { object } = answer;
  assert.ok(object !== undefined);
  const coming = { ...answer, object: { ...object, length: undefined } };
  assert.equal(fit(coming, ["Range", "bytes=0-1"]), coming);
  assert.equal(fit(coming, ["If-None-Match", '"a"']).status, 304);
});

const unchanged = [
  ["If-None-Match", '"a"'],
  ["If-None-Match", 'W/"a"'],
  ["If-Modified-Since", changed],
  ["If-None-Match", '"a"', "Range", "bytes=0-1"],
  ["If-Match", '"a"', "If-None-Match", "*"],
];
for (const headers of unchanged) {
  for (const method of ["GET", "HEAD"]) {
    test(`fitAnswer() gives a ${method} with ${headers.join(" ")} a 304`, (t) => {
      const answer = answerOf(t);
      const {
        status,
        reason,
        headers: sent,
        body,
        result,
        age,
        via,
      } = fit(answer, headers, method);
      assert.deepEqual(
        { status, reason, result, age, via },
        {
          status: 304,
          reason: "Not Modified",
          result: "Hit",
          age: 7,
          via: "1.1 a",
        },
      );
      assert.deepEqual(sent, [...kept, ...others]);
      assert.equal(textOf(body), "");
    });
  }
}

test("fitAnswer() tells when it was changed in a 304 without a tag", (t) => {
  const headers = ["Content-Type", "text/plain", "Last-Modified", changed, "Expires", made];
  const { status, headers: sent } = fit(answerOf(t, { headers }), ["If-Modified-Since", changed]);
  assert.equal(status, 304);
  assert.deepEqual(sent, ["Last-Modified", changed, "Expires", made]);
});

test("fitAnswer() goes by the tag that viewers see", (t) => {
  const headers = ["ETag", 'W/"b"'];
  assert.equal(fit(answerOf(t, { headers }), ["If-None-Match", '"b"']).status, 304);
  assert.equal(fit(answerOf(t, { headers }), ["If-Match", '"a"']).status, 412);
});

const failed = [
  ["If-Match", '"b"'],
  ["If-Match", 'W/"a"'],
  ["If-Unmodified-Since", "Wed, 31 Dec 2025 00:00:00 GMT"],
  ["If-Match", '"b"', "Range", "bytes=0-1"],
];
for (const headers of failed) {
  test(`fitAnswer() gives a GET with ${headers.join(" ")} a 412`, (t) => {
    const fitted = fit(answerOf(t), headers);
    const { status, reason, headers: sent, body, result, age } = fitted;
    assert.deepEqual(
      { status, reason, result, age },
      {
        status: 412,
        reason: "Precondition Failed",
        result: "Error",
        age: undefined,
      },
    );
    const stay = ["Date", made, "Vary", "Origin", ...others];
    assert.deepEqual(sent, [...stay, "Content-Length", "0"]);
    assert.equal(textOf(body), "");
  });
}

const parts: [headers: string[], range: string, text: string][] = [
  [["Range", "bytes=0-1"], "0-1", "01"],
  [["Range", "bytes=8-"], "8-9", "89"],
  [["Range", "bytes=-3"], "7-9", "789"],
  [["Range", "bytes=0-99"], "0-9", object],
  [["Range", "bytes=0-1,50-60"], "0-1", "01"],
  [["Range", "bytes=5-", "If-Range", '"a"'], "5-9", "56789"],
  [["Range", "bytes=5-", "If-Range", changed], "5-9", "56789"],
  [["Range", "bytes=5-5", "If-None-Match", '"b"', "If-Match", '"a"'], "5-5", "5"],
];
for (const [headers, range, text] of parts) {
  test(`fitAnswer() gives a GET with ${headers.join(" ")} bytes ${range}`, (t) => {
    const fitted = fit(answerOf(t), headers);
    const { status, reason, body, result, age } = fitted;
    assert.deepEqual(
      { status, reason, result, age },
      {
        status: 206,
        reason: "Partial Content",
        result: "Hit",
        age: 7,
      },
    );
    assert.equal(textOf(body), text);
    assert.equal(firstValue(fitted.headers, "content-range"), `bytes ${range}/10`);
    assert.equal(firstValue(fitted.headers, "content-length"), String(text.length));
    assert.equal(firstValue(fitted.headers, "content-type"), "text/plain");
    assert.equal(firstValue(fitted.headers, "last-modified"), changed);
  });
}

test("fitAnswer() says nothing of a part that is true of the whole alone", (t) => {
  const headers = ["Content-MD5", "x", "Content-Digest", "y", "Repr-Digest", "z"];
  const fitted = fit(answerOf(t, { headers }), ["Range", "bytes=0-1"]);
  assert.deepEqual(fitted.headers, [
    "Repr-Digest",
    "z",
    "Content-Range",
    "bytes 0-1/10",
    "Content-Length",
    "2",
  ]);
  assert.equal(textOf(fitted.body), "01");
});

test("fitAnswer() gives several ranges one body of parts", (t) => {
  const fitted = fit(answerOf(t), ["Range", "bytes=0-1,4-4,-1"]);
  const text = textOf(fitted.body);
  assert.equal(fitted.status, 206);
  const head = (range: string) => {
    return `--boundary\r\nContent-Type: text/plain\r\nContent-Range: bytes ${range}/10\r\n\r\n`;
  };
  const expected = `${head("0-1")}01\r\n${head("4-4")}4\r\n${head("9-9")}9\r\n--boundary--\r\n`;
  assert.equal(text, expected);
  assert.deepEqual(added(fitted), [
    "Content-Type",
    "multipart/byteranges; boundary=boundary",
    "Content-Length",
    String(expected.length),
  ]);
  assert.equal(hasName(fitted.headers, "content-range"), false);
});

for (const range of ["bytes=10-", "bytes=-0", "bytes=20-30,40-50"]) {
  test(`fitAnswer() has nothing for ${range}`, (t) => {
    const fitted = fit(answerOf(t), ["Range", range]);
    assert.equal(fitted.status, 416);
    assert.equal(fitted.reason, "Range Not Satisfiable");
    assert.equal(fitted.result, "Error");
    assert.deepEqual(added(fitted), ["Content-Range", "bytes */10", "Content-Length", "0"]);
    assert.equal(hasName(fitted.headers, "cache-control"), false);
    assert.equal(hasName(fitted.headers, "etag"), false);
    assert.equal(textOf(fitted.body), "");
  });
}

test("what fitAnswer() sends of an object is never longer or other than it says", () => {
  const header = fc.oneof(
    fc.constantFrom('"a"', 'W/"a"', '"b"', "*", changed, made, "").chain((value) => {
      const name = fc.constantFrom("If-Match", "If-None-Match", "If-Modified-Since", "If-Range");
      return name.map((name) => [name, value]);
    }),
    fc.stringMatching(/^bytes=\d?-\d?(, ?\d?-\d?){0,2}$/).map((value) => ["Range", value]),
  );
  fc.assert(
    fc.property(fc.array(header, { maxLength: 4 }), (lines) => {
      const slice = (first: number, end: number) => {
        return new WholeBody(Buffer.from(object.slice(first, end)));
      };
      const answer: Answer = {
        status: 200,
        reason: "OK",
        headers: all,
        body: slice(0, 10),
        result: "Hit",
        via: "",
        object: { etag: '"a"', lastModified: changed, length: 10, slice },
      };
      const fitted = fit(answer, lines.flat());
      const text = textOf(fitted.body);
      const length = firstValue(fitted.headers, "content-length");
      assert.equal(length, fitted.status === 304 ? undefined : String(text.length));
      const said = /^bytes (\d+)-(\d+)\/10$/.exec(
        firstValue(fitted.headers, "content-range") ?? "",
      );
      if (said !== null) assert.equal(text, object.slice(Number(said[1]), Number(said[2]) + 1));
      if (fitted.status === 200) assert.equal(text, object);
    }),
    tried(),
  );
});
