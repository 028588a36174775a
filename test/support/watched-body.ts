/**
 * A body that fails its test when it is neither sent nor discarded, or more than once: whoever is
 * handed one owes exactly one of the two (src/base/body.ts), or an origin's connection is never
 * let go of.
 */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { BodySink, BodySource } from "../../src/base/body.ts";

export interface WatchedBody extends BodySource {
  /** What has become of it: once each call, in order. */
  readonly fate: readonly ("sent" | "discarded")[];
}

/** @param text what it holds; it is never here as a whole, as an origin's may not be */
export function watchedBody(t: TestContext, text = "from origin"): WatchedBody {
  const fate: ("sent" | "discarded")[] = [];
  t.after(() => {
    assert.equal(
      fate.length,
      1,
      `A body was ${fate.join(" and ") || "neither sent nor discarded"}`,
    );
  });
  return {
    fate,
    length: undefined,
    whole: undefined,
    sendTo(sink) {
      fate.push("sent");
      sink.write(Buffer.from(text));
      sink.end();
    },
    discard() {
      fate.push("discarded");
    },
  };
}

/** Sends a body to its end. @returns its text */
export function textOf(body: BodySource): string {
  const chunks: Uint8Array[] = [];
  let isComplete = false;
  const sink: BodySink = {
    write: (chunk) => chunks.push(chunk) > 0,
    whenReady: () => assert.fail("nothing was asked to wait"),
    end: () => {
      isComplete = true;
    },
    breakOff: () => assert.fail("the body broke off"),
  };
  body.sendTo(sink);
  assert.ok(isComplete, "the body is not there as a whole");
  return Buffer.concat(chunks).toString();
}
