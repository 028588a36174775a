import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { buildConfig } from "../../../test/support/distribution-config.ts";
import { applyChange } from "../../state/apply-change.ts";
import type { Change, Fact } from "../../state/change.ts";
import { emptyState, type State } from "../../state/state.ts";
import { listChanges, type ChangesPage, type AuditedLog } from "./list-changes.ts";

const account = "000000000000";
const storeId = "a0000000-0000-4000-8000-00000000000a";
const config = { Comment: "", Runtime: "cloudfront-js-2.0" } as const;
const base64 = (text: string): string => Buffer.from(text).toString("base64");

interface Recorded {
  readonly state: State;
  readonly log: AuditedLog;
}

/** @param first the oldest revision that is still there */
function record(
  facts: readonly (readonly [fact: Fact, principal: string])[],
  first: number = 1,
): Recorded {
  const changes = facts.map(([fact, principal], index): Change => {
    const requestId = `request-${index + 1}`;
    const cause = { operation: `Did:${fact.type}`, requestId, principal, sourceIp: "192.0.2.7" };
    return { ...fact, at: `2026-01-01T00:00:00.${String(index % 1000).padStart(3, "0")}Z`, cause };
  });
  return {
    state: changes.reduce(
      (s, change) => applyChange(s, change, s.revision + 1),
      emptyState(account),
    ),
    log: {
      readChanges: async (after, limit) =>
        changes
          .map((change, index) => ({ revision: index + 1, change }))
          .filter(({ revision }) => revision > after && revision >= first)
          .slice(0, limit),
      firstRevision: async () => first,
    },
  };
}

function list(
  { state, log }: Recorded,
  query: Readonly<Record<string, string>>,
): Promise<ChangesPage> {
  return listChanges(new Map(Object.entries(query)), state, log);
}

const small = record([
  [{ type: "function-created", name: "hello", config, code: base64("one") }, "AKIAALICE"],
  [{ type: "function-created", name: "other", config, code: base64("two") }, "AKIABOB"],
  [{ type: "function-published", name: "hello" }, "AKIABOB"],
  [
    { type: "key-value-store-created", id: storeId, name: "flags", comment: "", pairs: [] },
    "AKIAALICE",
  ],
  [
    { type: "key-values-changed", id: storeId, puts: [["color", "hush"]], deletes: ["old"] },
    "AKIABOB",
  ],
]);

const revisions = ({ items }: ChangesPage): number[] => items.map(({ revision }) => revision);

test("listChanges() says who did what, when, from where, and to what", async () => {
  const { items } = await list(small, { limit: "1" });
  assert.deepEqual(items, [
    {
      revision: 1,
      at: "2026-01-01T00:00:00.000Z",
      principal: "AKIAALICE",
      source_ip: "192.0.2.7",
      operation: "Did:function-created",
      request_id: "request-1",
      resource: `arn:aws:cloudfront::${account}:function/hello`,
      type: "function-created",
      fact: {
        name: "hello",
        config: { comment: "", runtime: "cloudfront-js-2.0" },
        code: { size_bytes: 3, sha256: createHash("sha256").update("one").digest("hex") },
      },
    },
  ]);
});

test("listChanges() filters by resource, operation and principal", async () => {
  const arn = `arn:aws:cloudfront::${account}:function/hello`;
  for (const resource of ["hello", "function/hello", arn]) {
    assert.deepEqual(revisions(await list(small, { resource })), [1, 3]);
  }
  for (const resource of ["flags", "key-value-store/flags", storeId]) {
    assert.deepEqual(revisions(await list(small, { resource })), [4, 5]);
  }
  assert.deepEqual(revisions(await list(small, { principal: "AKIABOB" })), [2, 3, 5]);
  assert.deepEqual(revisions(await list(small, { operation: "Did:function-published" })), [3]);
  assert.deepEqual(revisions(await list(small, { resource: "hello", principal: "AKIABOB" })), [3]);
  assert.deepEqual(await list(small, { resource: "nothing" }), { first_revision: 1, items: [] });
});

test("listChanges() finds what has an id by its name, too", async () => {
  const oac = {
    SigningProtocol: "sigv4",
    SigningBehavior: "always",
    OriginAccessControlOriginType: "s3",
  } as const;
  const kind = "origin-access-control";
  const recorded = record([
    [{ type: "resource-created", kind, id: "E1", config: { ...oac, Name: "bucket" } }, "AKIAALICE"],
    [{ type: "resource-updated", kind, id: "E1", config: { ...oac, Name: "renamed" } }, "AKIABOB"],
    [{ type: "key-value-store-created", id: storeId, name: "flags", pairs: [] }, "AKIAALICE"],
    [{ type: "key-values-changed", id: storeId, puts: [["a", "b"]], deletes: [] }, "AKIABOB"],
    [{ type: "key-value-store-deleted", id: storeId }, "AKIABOB"],
  ]);
  for (const resource of ["renamed", `${kind}/renamed`, "E1", `${kind}/E1`]) {
    assert.deepEqual(revisions(await list(recorded, { resource })), [1, 2], resource);
  }
  assert.deepEqual(revisions(await list(recorded, { resource: "bucket" })), [1]);
  assert.deepEqual(revisions(await list(recorded, { resource: "flags" })), [3]);
  assert.deepEqual(revisions(await list(recorded, { resource: storeId })), [3, 4, 5]);
});

test("listChanges() finds a change by each resource that it changed", async () => {
  const site = (reference: string) => buildConfig({ callerReference: reference, originPort: 80 });
  const domainName = "d1.cloudfront.localhost";
  const recorded = record([
    [{ type: "distribution-created", id: "E1", domainName, config: site("1") }, "AKIAALICE"],
    [{ type: "distribution-created", id: "E2", domainName, config: site("2") }, "AKIAALICE"],
    [
      { type: "distributions-updated", id: "E1", configs: { E1: site("1"), E2: site("2") } },
      "AKIABOB",
    ],
  ]);
  assert.deepEqual(revisions(await list(recorded, { resource: "E1" })), [1, 3]);
  assert.deepEqual(revisions(await list(recorded, { resource: "distribution/E2" })), [2, 3]);
});

test("listChanges() never shows a secret", async () => {
  const recorded = record([
    [
      {
        type: "access-key-created",
        id: "AKIA1",
        user: "deploy",
        sealedSecret: "v1:hush",
        policy: '{"Version":"2012-10-17"}',
        session: { tokenHash: "hush", expiresTime: "2027-01-01T00:00:00.000Z" },
      },
      "operator",
    ],
    [
      {
        type: "distribution-created",
        id: "E1",
        domainName: "d1.cloudfront.localhost",
        config: {
          CallerReference: "1",
          Comment: "",
          Enabled: true,
          Origins: {
            Quantity: 1,
            Items: [
              {
                Id: "o",
                DomainName: "origin.example",
                CustomHeaders: {
                  Quantity: 1,
                  Items: [{ HeaderName: "x-origin-key", HeaderValue: "hush" }],
                },
              },
            ],
          },
          DefaultCacheBehavior: { TargetOriginId: "o", ViewerProtocolPolicy: "allow-all" },
        },
      },
      "operator",
    ],
    [
      {
        type: "key-value-store-created",
        id: storeId,
        name: "flags",
        comment: "",
        pairs: [["imported", "hush"]],
      },
      "operator",
    ],
    [
      { type: "key-values-changed", id: storeId, puts: [["color", "hush"]], deletes: [] },
      "operator",
    ],
    [{ type: "function-created", name: "fn", config, code: base64("hush") }, "operator"],
  ]);
  const page = await list(recorded, {});
  const text = JSON.stringify(page);
  assert.equal(page.items.length, 5);
  assert.ok(!text.includes("hush") && !text.includes(base64("hush")), text);
  assert.match(text, /"header_name":"x-origin-key","header_value":\{"size_bytes":4\}/);
  assert.match(text, /"puts":\[\{"key":"color","value":\{"size_bytes":4\}\}\]/);
  assert.match(text, /"expires_time":"2027-01-01T00:00:00.000Z"/);
});

async function allPages(
  recorded: Recorded,
  query: Readonly<Record<string, string>>,
): Promise<number[]> {
  const found: number[] = [];
  let after: string | undefined;
  do {
    const page = await list(recorded, { ...query, ...(after !== undefined && { after }) });
    found.push(...revisions(page));
    after = page.next_marker;
  } while (after !== undefined);
  return found;
}

const long = record(
  Array.from({ length: 1234 }, (_, index) => [
    { type: "tags-set", arn: `arn:aws:cloudfront::${account}:function/f${index % 7}`, tags: [] },
    "operator",
  ]),
);

test("listChanges() pages in both orders, each change once", async () => {
  const ascending = Array.from({ length: 1234 }, (_, index) => index + 1);
  for (const limit of ["1000", "100", "617", "99"]) {
    assert.deepEqual(await allPages(long, { limit }), ascending);
    assert.deepEqual(await allPages(long, { limit, order: "newest" }), ascending.toReversed());
  }
  const third = ascending.filter((revision) => (revision - 1) % 7 === 3);
  const query = { resource: "f3", limit: "10" };
  assert.deepEqual(await allPages(long, query), third);
  assert.deepEqual(await allPages(long, { ...query, order: "newest" }), third.toReversed());
});

test("listChanges() says that it is the end, when the last page is full", async () => {
  assert.equal((await list(small, { limit: "5" })).next_marker, undefined);
  assert.equal((await list(small, { limit: "5", order: "newest" })).next_marker, undefined);
  assert.equal((await list(small, { limit: "4" })).next_marker, "4");
  assert.equal((await list(small, { limit: "4", order: "newest" })).next_marker, "2");
});

test("listChanges() refuses parameters it does not have, or that say nothing", async () => {
  const cases: [query: Record<string, string>, message: RegExp][] = [
    [{ resourse: "hello" }, /^There is no parameter "resourse": it takes after, limit/],
    [{ limit: "0" }, /^limit must be a whole number from 1 to 1000, got "0"$/],
    [{ limit: "1001" }, /got "1001"$/],
    [{ after: "-1" }, /^after must be a whole number from 0 on, got "-1"$/],
    [{ order: "random" }, /^order must be "oldest" or "newest", got "random"$/],
  ];
  for (const [query, message] of cases) {
    await assert.rejects(list(small, query), { code: "InvalidArgument", message });
  }
});

test("listChanges() says where the history begins, and pages to there and no further", async () => {
  const updates = Array.from({ length: 299 }, (): [Fact, string] => [
    { type: "function-updated", name: "hello", config, code: base64("two") },
    "AKIAALICE",
  ]);
  const created: [Fact, string] = [
    { type: "function-created", name: "hello", config, code: base64("one") },
    "AKIAALICE",
  ];
  const recorded = record([created, ...updates], 120);
  const all = Array.from({ length: 181 }, (_, index) => 120 + index);
  const oldest = await list(recorded, { limit: "1000" });
  assert.equal(oldest.first_revision, 120);
  assert.deepEqual(revisions(oldest), all);
  const newest = await list(recorded, { limit: "1000", order: "newest" });
  assert.deepEqual(revisions(newest), all.toReversed());
  assert.equal(newest.next_marker, undefined);
  const last = await list(recorded, { limit: "181", order: "newest" });
  assert.equal(last.next_marker, undefined);
});
