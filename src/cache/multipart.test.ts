import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { tried } from "../../test/support/tried.ts";
import { WholeBody, type BodySink, type BodySource } from "../base/body.ts";
import { MultipartBody, multipartType, type Parts } from "./multipart.ts";

const object = Buffer.from("0123456789");

function partsOf(ranges: [first: number, end: number][], of = object): Parts {
  return {
    ranges: ranges.map(([first, end]) => ({ first, end })),
    size: of.length,
    contentType: "text/plain",
    boundary: "line",
    slice: (first, end) => new WholeBody(of.subarray(first, end)),
  };
}

/** Takes a body, however slowly. */
class Taker implements BodySink {
  text = "";
  fate: "ended" | "broken" | undefined;
  isSlow = false;
  readonly #waiting: (() => void)[] = [];

  write(chunk: Uint8Array): boolean {
    assert.equal(this.fate, undefined);
    this.text += Buffer.from(chunk).toString("latin1");
    return !this.isSlow;
  }

  whenReady(go: () => void): void {
    assert.equal(this.#waiting.push(go), 1, "asked twice at once");
  }

  drain(): void {
    this.#waiting.pop()?.();
  }

  end(): void {
    this.fate = "ended";
  }

  breakOff(): void {
    this.fate = "broken";
  }
}

function textOf(body: BodySource): string {
  const taker = new Taker();
  body.sendTo(taker);
  assert.equal(taker.fate, "ended");
  return taker.text;
}

test("MultipartBody sends each range behind a head of its own", () => {
  const body = new MultipartBody(
    partsOf([
      [0, 2],
      [4, 5],
      [8, 10],
    ]),
  );
  const head = (range: string) => {
    return `--line\r\nContent-Type: text/plain\r\nContent-Range: bytes ${range}/10\r\n\r\n`;
  };
  const text = `${head("0-1")}01\r\n${head("4-4")}4\r\n${head("8-9")}89\r\n--line--\r\n`;
  assert.equal(body.length, text.length);
  assert.equal(textOf(body), text);
  assert.equal(multipartType("line"), "multipart/byteranges; boundary=line");
});

test("MultipartBody repeats no Content-Type where there is none", () => {
  const body = new MultipartBody({ ...partsOf([[0, 1]]), contentType: undefined });
  assert.equal(textOf(body), "--line\r\nContent-Range: bytes 0-0/10\r\n\r\n0\r\n--line--\r\n");
});

test("MultipartBody sends no faster than it is taken", () => {
  const ranges: [number, number][] = [
    [0, 2],
    [4, 5],
    [8, 10],
  ];
  const taker = new Taker();
  taker.isSlow = true;
  new MultipartBody(partsOf(ranges)).sendTo(taker);
  assert.ok(taker.text.endsWith("\r\n\r\n01"));
  taker.drain();
  assert.ok(taker.text.endsWith("\r\n\r\n4"));
  taker.drain();
  assert.equal(taker.fate, "ended");
  assert.equal(taker.text, textOf(new MultipartBody(partsOf(ranges))));
});

test("MultipartBody lets a slice that waits go on when its bytes have been taken", () => {
  const slice = (first: number, end: number): BodySource => ({
    length: end - first,
    whole: undefined,
    discard: () => assert.fail("it is wanted"),
    sendTo(sink) {
      const step = (at: number): void => {
        if (at === end) sink.end();
        else if (sink.write(object.subarray(at, at + 1))) step(at + 1);
        else sink.whenReady(() => step(at + 1));
      };
      step(first);
    },
  });
  const ranges: [number, number][] = [
    [0, 3],
    [5, 8],
  ];
  const taker = new Taker();
  taker.isSlow = true;
  new MultipartBody({ ...partsOf(ranges), slice }).sendTo(taker);
  for (let turn = 0; turn < 20; turn += 1) taker.drain();
  assert.equal(taker.fate, "ended");
  assert.equal(taker.text, textOf(new MultipartBody(partsOf(ranges))));
});

test("MultipartBody makes the next slice before it lets go of the one ahead", () => {
  const events: string[] = [];
  const slice = (first: number, end: number): BodySource => {
    events.push(`slice ${first}`);
    const body = new WholeBody(object.subarray(first, end));
    const sendTo = (sink: BodySink): void => {
      body.sendTo(sink);
      events.push(`sent ${first}`);
    };
    return { length: body.length, whole: undefined, discard: () => events.push("discard"), sendTo };
  };
  const taker = new Taker();
  taker.isSlow = true;
  new MultipartBody({
    ...partsOf([
      [0, 2],
      [4, 5],
    ]),
    slice,
  }).sendTo(taker);
  assert.deepEqual(events, ["slice 0", "slice 4", "sent 0"]);
  events.length = 0;
  new MultipartBody({
    ...partsOf([
      [0, 2],
      [4, 5],
    ]),
    slice,
  }).discard();
  assert.deepEqual(events, ["slice 0", "discard"]);
});

test("MultipartBody breaks off where a slice does", () => {
  const broken: BodySource = {
    length: 1,
    whole: undefined,
    discard: () => assert.fail("it is sent"),
    sendTo: (sink) => sink.breakOff(),
  };
  const parts = partsOf([
    [0, 2],
    [4, 5],
    [8, 9],
  ]);
  const slice: Parts["slice"] = (first, end) => (first === 4 ? broken : parts.slice(first, end));
  const taker = new Taker();
  new MultipartBody({ ...parts, slice }).sendTo(taker);
  assert.equal(taker.fate, "broken");
});

test("what MultipartBody sends can be taken apart again", () => {
  const gaps = fc.array(fc.tuple(fc.nat({ max: 5 }), fc.integer({ min: 1, max: 5 })), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(
    fc.property(gaps, (gaps) => {
      const of = Buffer.from(Array.from({ length: 250 }, (_, at) => 65 + (at % 26)));
      let at = 0;
      const ranges = gaps.map(([gap, length]): [number, number] => {
        const first = at + gap;
        at = first + length;
        return [first, at];
      });
      const text = textOf(new MultipartBody(partsOf(ranges, of)));
      const pieces = `\r\n${text}`.split("\r\n--line");
      assert.equal(pieces.shift(), "");
      assert.equal(pieces.pop(), "--\r\n");
      for (const [index, [first, end]] of ranges.entries()) {
        const [head = "", content] = (pieces[index] ?? "").split("\r\n\r\n");
        assert.ok(head.endsWith(`Content-Range: bytes ${first}-${end - 1}/250`));
        assert.equal(content, of.subarray(first, end).toString());
      }
      assert.equal(pieces.length, ranges.length);
    }),
    tried(),
  );
});
