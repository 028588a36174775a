import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Entry } from "../log/change-log.ts";
import type { CloudFrontFunction } from "../model/function.ts";
import {
  changeOf,
  contentOf,
  distributionCreated,
  functionCreated,
  functionPublished,
  functionUpdated,
  sampleAccount,
  stateAfter,
  versionPublished,
} from "../../test/support/sample-changes.ts";
import { applyEntry } from "./apply-entry.ts";
import { decodeSnapshot, encodeSnapshot } from "./snapshot.ts";
import { emptyState } from "./state.ts";

const fixture = (name: string): Buffer =>
  readFileSync(new URL(`../../test/fixtures/${name}`, import.meta.url));

const ordered = changeOf({
  ...{ type: "certificate-order-set", name: "a.test", holder: "one", until: "then" },
  ...{ forMs: 1, failures: 0, keyMark: "k" },
} as const);
const published = [functionCreated("hello", "b25l", 1), functionPublished("hello", 2)];

type Members = Record<string, unknown>;

test("decodeSnapshot() gives back the state that encodeSnapshot() was given", () => {
  const states = [
    stateAfter(),
    stateAfter(...published, distributionCreated("E1", ["hello"])),
    stateAfter(ordered),
    stateAfter(...published, functionUpdated("hello", "dHdv", 3), functionCreated("other")),
  ];
  for (const state of states) {
    const restored = decodeSnapshot(encodeSnapshot(state), sampleAccount);
    assert.ok(restored);
    assert.deepEqual(contentOf(restored), contentOf(state));
  }
});

test("encodeSnapshot() keeps the code once, when both stages hold the same", () => {
  const text = new TextDecoder().decode(encodeSnapshot(stateAfter(...published)));
  assert.equal(text.split("b25l").length, 2);
});

test("decodeSnapshot() says whose the log is and what to do, when the account is another", () => {
  assert.throws(() => decodeSnapshot(encodeSnapshot(stateAfter()), "111111111111"), {
    message:
      "This change log belongs to account 000000000000, and the node was started for account " +
      "111111111111: start it with --account 000000000000, or with another log",
  });
});

test("decodeSnapshot() gives back the hash of the entry that the state came from", () => {
  const state = { ...stateAfter(...published), head: "ab".repeat(32) };
  assert.equal(decodeSnapshot(encodeSnapshot(state), sampleAccount)?.head, "ab".repeat(32));
});

test("decodeSnapshot() answers undefined, when a member is missing or is something else", () => {
  const whole = JSON.parse(
    new TextDecoder().decode(
      encodeSnapshot(stateAfter(...published, distributionCreated("E1", ["hello"]))),
    ),
  ) as Members;
  const decode = (value: object): unknown =>
    decodeSnapshot(new TextEncoder().encode(JSON.stringify(value)), sampleAccount);
  assert.ok(decode(whole));
  for (const name of Object.keys(whole)) {
    const { [name]: _, ...rest } = whole;
    assert.equal(decode(rest), undefined, `without ${name}`);
    if (name === "account") continue;
    for (const other of [null, {}, true]) {
      assert.equal(
        decode({ ...whole, [name]: other }),
        undefined,
        `${name}: ${JSON.stringify(other)}`,
      );
    }
  }
  for (const name of ["functions", "distributions", "keyValueStores", "invalidations"]) {
    assert.equal(decode({ ...whole, [name]: [null] }), undefined, `${name} with a hole`);
  }
});

test("decodeSnapshot() reads format 6, which knew no certificates", () => {
  const state = stateAfter(functionCreated("hello"));
  const text = new TextDecoder().decode(encodeSnapshot(state));
  const { certificates: _, acmeChallenges: __, ...older } = JSON.parse(text) as Members;
  const bytes = new TextEncoder().encode(JSON.stringify({ ...older, format: 6 }));
  assert.deepEqual(
    decodeSnapshot(bytes, sampleAccount),
    decodeSnapshot(encodeSnapshot(state), sampleAccount),
  );
});

test("decodeSnapshot() answers undefined, when the bytes are in no format it reads", () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  for (const text of ["", "{", "null", "{}", '{"format":999,"account":"000000000000"}']) {
    assert.equal(decodeSnapshot(bytes(text), sampleAccount), undefined);
  }
});

test("a snapshot of format 7 and the entries that led to it come to the same: one version, which is LIVE", () => {
  const bytes = fixture("snapshot-of-format-7");
  const restored = decodeSnapshot(bytes, sampleAccount);
  assert.ok(restored);
  const lines = fixture("entries-of-format-2.jsonl").toString().trimEnd().split("\n");
  const entries = lines.map((line, index): Entry => {
    return { revision: index + 1, bytes: Buffer.from(line) };
  });
  const followed = entries.reduce(applyEntry, emptyState(sampleAccount));
  assert.deepEqual(contentOf(restored), contentOf(followed));
  assert.equal(restored.head, followed.head);
  for (const [name, code] of [
    ["hello", "dHdv"],
    ["edited", "b25l"],
  ] as const) {
    const fn: CloudFrontFunction = restored.functions.get(name)!;
    const copy = fn.live!;
    assert.deepEqual(fn.published?.versions, [{ number: 1, copy, hadAllAt: 0 }]);
    assert.deepEqual(fn.published?.shares, [{ version: 1, share: 1, copy }]);
    assert.equal(copy.code, code);
  }
  assert.equal(restored.functions.get("other")?.published, undefined);
  const damaged = bytes.toString().replace('{"name":"hello"', 'null,{"name":"hello"');
  assert.equal(decodeSnapshot(Buffer.from(damaged), sampleAccount), undefined);
});

test("encodeSnapshot() keeps each text of a function's code once, whatever copies have it", () => {
  const state = stateAfter(
    ...published,
    functionUpdated("hello", "dHdv", 4),
    versionPublished("hello", 2, 5),
    functionUpdated("hello", "b25l", 6),
    versionPublished("hello", 3, 7),
    functionUpdated("hello", "dHJlcw==", 8),
  );
  const bytes = encodeSnapshot(state);
  for (const code of ["b25l", "dHdv", "dHJlcw=="]) {
    assert.equal(new TextDecoder().decode(bytes).split(`"${code}"`).length, 2, code);
  }
  const restored = decodeSnapshot(bytes, sampleAccount);
  assert.ok(restored);
  assert.deepEqual(contentOf(restored), contentOf(state));
});
