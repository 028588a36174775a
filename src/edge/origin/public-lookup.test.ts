import assert from "node:assert/strict";
import type { LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { test } from "node:test";
import { publicLookup } from "./public-lookup.ts";

const at = (...addresses: string[]): LookupAddress[] =>
  addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));

/** Answers that name anew each time. */
function answering(...answers: LookupAddress[][]): LookupFunction {
  return (_, options, done) => {
    assert.equal(options.all, true);
    done(null, answers.shift() ?? assert.fail("looked up once too often"));
  };
}

function find(lookup: LookupFunction, all: boolean): Promise<unknown> {
  return new Promise((resolve, reject) => {
    publicLookup(lookup)("a.test", { all }, (error, found, family) => {
      if (error !== null) reject(error);
      else resolve(all ? found : [found, family]);
    });
  });
}

test("what is public is handed on, whichever way it is asked for", async () => {
  const both = at("10.0.0.1", "9.9.9.9", "::1", "2620:fe::9");
  assert.deepEqual(await find(answering(both), true), at("9.9.9.9", "2620:fe::9"));
  assert.deepEqual(await find(answering(both), false), ["9.9.9.9", 4]);
});

test("a name that is at private addresses alone is refused, and the error says which", async () => {
  const says = {
    fault: "refused",
    message: "a.test is at 10.0.0.1, ::1, which is not public, and --refuse-private-origins is set",
  };
  await assert.rejects(find(answering(at("10.0.0.1", "::1")), true), says);
  await assert.rejects(find(answering(at("10.0.0.1", "::1")), false), says);
});

test("a name that is not there fails as it does", async () => {
  const missing = Object.assign(new Error("not there"), { code: "ENOTFOUND" });
  await assert.rejects(
    find((_, __, done) => done(missing, []), true),
    missing,
  );
});
