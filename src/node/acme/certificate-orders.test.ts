/** When certificates are ordered, renewed, tried again and forgotten, by a clock of the test and an authority that does as it says. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Logger } from "../../base/logger.ts";
import { silentLogger } from "../../base/logger.ts";
import { AcmeProblem } from "../../certificates/acme/acme-session.ts";
import { makeLeaf, makeRoot } from "../../certificates/make-certificate.ts";
import { applyChange } from "../../state/apply-change.ts";
import { emptyState } from "../../state/state.ts";
import { changeOf } from "../../../test/support/sample-changes.ts";
import {
  keepCertificates,
  type CertificateOrdersInput,
  type OrderTask,
} from "./certificate-orders.ts";
import { renewalTime } from "./renewal-time.ts";

const start = Date.parse("2026-06-01T00:00:00Z");
const hour = 3_600_000;
const day = 24 * hour;
const root = await makeRoot(
  { notBefore: new Date(start), notAfter: new Date(start + 999 * day) },
  "01",
);

interface Authority {
  /** What it does with each order. */
  answer: (task: OrderTask) => Promise<void>;
}

async function startOrders(t: TestContext, more: Partial<CertificateOrdersInput> = {}) {
  let state = emptyState("000000000000");
  let now = start;
  const ordered: string[] = [];
  const authority: Authority = { answer: async () => {} };
  const complaints: string[] = [];
  /** How much of the time by what only goes on this machine's clock has gone beyond. */
  let setMs = 0;
  const logger: Logger = {
    ...silentLogger,
    error: (_about, message) => complaints.push(message ?? ""),
  };
  const orders = keepCertificates({
    state: () => state,
    commit: async (decide) => {
      state = applyChange(state, changeOf(decide(state)), state.revision + 1);
    },
    wanted: () => ["a.test", "b.test"],
    order: async (task) => {
      ordered.push(`${task.name} ${task.challenges[0]}`);
      await authority.answer(task);
      const period = { notBefore: new Date(now - hour), notAfter: new Date(now + 90 * day) };
      const { certificate, privateKey } = await makeLeaf(root, [task.name], period, "02");
      return { chain: certificate, privateKey };
    },
    seal: (name) => `sealed ${name}`,
    holder: "one",
    keyMark: "key",
    findTrouble: () => undefined,
    isUseless: () => false,
    directory: "https://authority.test/",
    challenges: ["http-01", "tls-alpn-01"],
    settleMs: 0,
    now: () => now + setMs,
    elapsed: () => now - start,
    askTime: async () => now,
    random: () => 0.5,
    logger,
    ...more,
  });
  t.after(() => orders.stop());
  return {
    orders,
    authority,
    complaints,
    state: () => state,
    setClock: (days: number): void => {
      setMs = days * day;
    },
    /** @returns what was ordered after so long */
    after: async (ms: number): Promise<string[]> => {
      now += ms;
      ordered.length = 0;
      orders.look();
      await orders.settled();
      return [...ordered];
    },
  };
}

test("names get certificates, which are renewed when a third is left and not before", async (t) => {
  const { after, state, orders } = await startOrders(t);
  await after(0);
  assert.deepEqual([...state().certificates.keys()].toSorted(), ["a.test", "b.test"]);
  const issued = state().certificates.get("a.test")!;
  assert.equal(issued.sealedKey, "sealed a.test");
  assert.ok(renewalTime(issued) <= start + 60 * day && renewalTime(issued) > start + 55 * day);
  assert.deepEqual(await after(55 * day), []);
  assert.deepEqual(await after(5 * day), ["a.test http-01", "b.test http-01"]);
  assert.notEqual(state().certificates.get("a.test")?.chain, issued.chain);
  assert.deepEqual(orders.failing(), []);
});

test("a name that is refused is tried again by the other challenge, later each time, and others are not held up", async (t) => {
  const { after, authority, complaints, orders, state } = await startOrders(t);
  await after(0);
  const before = state().certificates.get("a.test");
  authority.answer = async ({ name }) => {
    const about = { type: "urn:ietf:params:acme:error:unauthorized", status: 403, retryAfterMs: 0 };
    if (name === "a.test") throw new AcmeProblem("It does not lead here", about);
  };
  assert.deepEqual(await after(60 * day), ["a.test http-01", "b.test http-01"]);
  assert.deepEqual(complaints, ["a certificate could not be renewed; the one before stays in use"]);
  assert.deepEqual(orders.failing(), ["a.test"]);
  assert.deepEqual(await after(14 * 60_000), []);
  assert.deepEqual(await after(60_000), ["a.test tls-alpn-01"]);
  assert.deepEqual(await after(29 * 60_000), []);
  assert.deepEqual(await after(60_000), ["a.test http-01"]);
  assert.equal(state().certificates.get("a.test"), before);
  authority.answer = async () => {};
  assert.deepEqual(await after(60 * 60_000), ["a.test tls-alpn-01"]);
  assert.deepEqual(orders.failing(), []);
});

test("an authority that wants to be left alone is, for all names", async (t) => {
  const { after, authority } = await startOrders(t);
  await after(0);
  authority.answer = async () => {
    const type = "urn:ietf:params:acme:error:rateLimited";
    throw new AcmeProblem("Too many", { type, status: 429, retryAfterMs: 2 * 3_600_000 });
  };
  assert.deepEqual(await after(60 * day), ["a.test http-01"]);
  assert.deepEqual(await after(119 * 60_000), []);
  authority.answer = async () => {};
  assert.deepEqual(await after(60_000), ["a.test tls-alpn-01", "b.test http-01"]);
});

test("what an authority looks for is in the state while it looks, and never after", async (t) => {
  const { after, authority, state } = await startOrders(t, { wanted: () => ["a.test"] });
  await after(0);
  let seen: string | undefined;
  authority.answer = async ({ present, withdraw }) => {
    await present({ token: "t", keyAuthorization: "t.thumb" });
    seen = state().acmeChallenges.get("a.test")?.keyAuthorization;
    await withdraw();
  };
  await after(60 * day);
  assert.equal(seen, "t.thumb");
  assert.equal(state().acmeChallenges.size, 0);
});

test("what was issued for a name that nobody wants any more is forgotten once it has expired", async (t) => {
  let names = ["a.test"];
  const { after, state } = await startOrders(t, { wanted: () => names });
  await after(0);
  names = [];
  await after(89 * day);
  assert.equal(state().certificates.size, 1);
  await after(2 * day);
  assert.equal(state().certificates.size, 0);
});

test("by a clock that jumps a year ahead or back what is due is due by the authority's, and that is told", async (t) => {
  for (const days of [366, -366]) {
    const { after, setClock, orders, complaints, state } = await startOrders(t);
    await after(0);
    const before = state().certificates;
    setClock(days);
    const minutes = 100;
    for (let minute = 0; minute < minutes; minute += 1) assert.deepEqual(await after(60_000), []);
    assert.equal(state().certificates, before);
    assert.deepEqual(complaints, ["certificates are renewed by the authority's clock"]);
    const side = days > 0 ? "ahead of" : "behind";
    assert.match(orders.trouble() ?? "", new RegExp(`clock is 8784 h ${side} the authority's`));
    assert.deepEqual(await after(60 * day), ["a.test http-01", "b.test http-01"]);
    assert.deepEqual(await after(60_000), []);
    setClock(0);
    assert.deepEqual(await after(60_000), []);
    assert.equal(orders.trouble(), undefined);
    assert.deepEqual(await after(60 * day), ["a.test http-01", "b.test http-01"]);
  }
});

test("an authority is asked for its time once a day, and every ten minutes while it says nothing", async (t) => {
  let says = false;
  let asked = 0;
  const { after } = await startOrders(t, {
    askTime: async () => {
      asked += 1;
      if (!says) throw new Error("It cannot be reached");
      return start + day;
    },
  });
  await after(0);
  for (let minute = 0; minute < 31; minute += 1) await after(60_000);
  assert.equal(asked, 4);
  says = true;
  for (let hours = 0; hours < 24; hours += 1) await after(hour);
  assert.equal(asked, 5);
  await after(hour);
  assert.equal(asked, 6);
});

test("a clock that was set back holds nothing up that had to wait by it", async (t) => {
  const { after, authority, setClock } = await startOrders(t);
  authority.answer = async () => {
    const type = "urn:ietf:params:acme:error:rateLimited";
    throw new AcmeProblem("Too many", { type, status: 429, retryAfterMs: 2 * hour });
  };
  await after(0);
  setClock(-366);
  authority.answer = async () => {};
  assert.deepEqual(await after(2 * hour), ["a.test tls-alpn-01", "b.test http-01"]);
});
