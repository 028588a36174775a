/** Control planes that follow one log, each with an address to order by: who of them orders, and when another one takes over. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { silentLogger, type Logger } from "../../base/logger.ts";
import { AcmeProblem } from "../../certificates/acme/acme-session.ts";
import { makeLeaf, makeRoot } from "../../certificates/make-certificate.ts";
import { MemoryLog } from "../../log/memory-log.ts";
import { commitChange } from "../../state/commit.ts";
import { decodeChange } from "../../state/encode-change.ts";
import { Replica } from "../../state/replica.ts";
import { changeOf, sampleAccount } from "../../../test/support/sample-changes.ts";
import { keepCertificates, type OrderTask } from "./certificate-orders.ts";

const start = Date.parse("2026-06-01T00:00:00Z");
const minute = 60_000;
const day = 1440 * minute;
const root = await makeRoot(
  { notBefore: new Date(start), notAfter: new Date(start + 999 * day) },
  "01",
);

interface Scene {
  now: number;
  readonly log: MemoryLog;
  /** Who ordered what, in order. */
  readonly ordered: string[];
  answer: (task: OrderTask, holder: string) => Promise<void>;
}

function openScene(): Scene {
  return { now: 0, log: new MemoryLog(), ordered: [], answer: async () => {} };
}

interface ControlPlane {
  readonly holder: string;
  readonly keyMark?: string;
  /** Of its clock that can be set, in milliseconds. */
  readonly wrongBy?: number;
}

async function startControl(
  t: TestContext,
  scene: Scene,
  { holder, keyMark = "key", wrongBy = 0 }: ControlPlane,
) {
  const replica = await Replica.open(scene.log, { account: sampleAccount, logger: silentLogger });
  const complaints: unknown[] = [];
  const logger: Logger = { ...silentLogger, error: (about) => complaints.push(about) };
  const orders = keepCertificates({
    state: () => replica.state,
    commit: async (decide) => {
      await commitChange(scene.log, replica, (state) => changeOf(decide(state)));
    },
    wanted: () => ["a.test", "b.test"],
    order: async (task) => {
      scene.ordered.push(`${holder} ${task.name}`);
      await scene.answer(task, holder);
      const at = start + scene.now;
      const period = { notBefore: new Date(at), notAfter: new Date(at + 90 * day) };
      const { certificate, privateKey } = await makeLeaf(root, [task.name], period, "02");
      return { chain: certificate, privateKey };
    },
    seal: (name) => `sealed ${name} by ${holder}`,
    holder,
    keyMark,
    findTrouble: () => undefined,
    isUseless: () => false,
    directory: "https://authority.test/",
    challenges: ["http-01"],
    settleMs: 0,
    now: () => start + scene.now + wrongBy,
    elapsed: () => scene.now,
    askTime: async () => start + scene.now,
    random: () => 0.5,
    logger,
  });
  const unhear = replica.onChange(() => orders.look());
  const stop = async (): Promise<void> => {
    unhear();
    await orders.stop();
    await replica.close();
  };
  t.after(stop);
  return { orders, replica, complaints, stop };
}

type Control = Awaited<ReturnType<typeof startControl>>;

/** Until all have what the log has, and have tried what is due. */
async function settle(scene: Scene, ...controls: readonly Control[]): Promise<void> {
  for (let quiet = 0; quiet < 3;) {
    const last = await scene.log.lastRevision();
    for (const { replica, orders } of controls) {
      await replica.whenAt(last);
      orders.look();
      await orders.settled();
    }
    quiet = (await scene.log.lastRevision()) === last ? quiet + 1 : 0;
  }
}

async function typesIn({ log }: Scene): Promise<string[]> {
  return (await log.read(0)).map(({ bytes }) => decodeChange(bytes).type);
}

test("of two control planes one orders each certificate, the first and those that replace it", async (t) => {
  const scene = openScene();
  const both = await Promise.all([
    startControl(t, scene, { holder: "one" }),
    startControl(t, scene, { holder: "two", wrongBy: 3 * day }),
  ]);
  await settle(scene, ...both);
  assert.deepEqual(
    scene.ordered.map((each) => each.slice(4)).toSorted(),
    ["a.test", "b.test"],
    scene.ordered.join(),
  );
  scene.now += 61 * day;
  await settle(scene, ...both);
  assert.equal(scene.ordered.length, 4, scene.ordered.join());
  const types = await typesIn(scene);
  assert.equal(types.filter((type) => type === "certificate-issued").length, 4);
  assert.equal(types.filter((type) => type === "certificate-order-set").length, 4);
  assert.equal(both[0].replica.state.certificateOrders.size, 0);
});

test("one that is ended while it orders is taken over from after five minutes, and not before", async (t) => {
  const scene = openScene();
  const begun = Promise.withResolvers<void>();
  scene.answer = (_task, holder) => {
    if (holder === "two") return Promise.resolve();
    begun.resolve();
    // Nobody hears of it any more.
    return new Promise(() => {});
  };
  await startDying(scene);
  await begun.promise;
  const second = await startControl(t, scene, { holder: "two" });
  await settle(scene, second);
  assert.deepEqual(scene.ordered, ["one a.test", "two b.test"]);
  scene.now += 5 * minute - 1;
  await settle(scene, second);
  assert.deepEqual(scene.ordered, ["one a.test", "two b.test"]);
  scene.now += 1;
  await settle(scene, second);
  assert.deepEqual(scene.ordered, ["one a.test", "two b.test", "two a.test"]);
});

/** Whose end nobody waits for, as with a process that is killed. */
async function startDying(scene: Scene): Promise<void> {
  const never = { after: () => {} } as unknown as TestContext;
  await startControl(never, scene, { holder: "one" });
}

test("one that is started again goes on at once with what it was ended in", async (t) => {
  const scene = openScene();
  const begun = Promise.withResolvers<void>();
  scene.answer = async ({ present }) => {
    if (scene.ordered.length > 1) return;
    await present({ token: "t", keyAuthorization: "t.thumb" });
    begun.resolve();
    await new Promise(() => {});
  };
  await startDying(scene);
  await begun.promise;
  const again = await startControl(t, scene, { holder: "one" });
  await settle(scene, again);
  assert.deepEqual(scene.ordered, ["one a.test", "one a.test", "one b.test"]);
  assert.equal(again.replica.state.acmeChallenges.size, 0);
});

test("what one fails at the other leaves alone for as long, and both say so", async (t) => {
  const scene = openScene();
  const type = "urn:ietf:params:acme:error:unauthorized";
  scene.answer = async () => {
    throw new AcmeProblem("It does not lead here", { type, status: 403, retryAfterMs: 0 });
  };
  const both = await Promise.all([
    startControl(t, scene, { holder: "one" }),
    startControl(t, scene, { holder: "two" }),
  ]);
  await settle(scene, ...both);
  assert.equal(scene.ordered.length, 2, scene.ordered.join());
  for (const { orders } of both) assert.deepEqual(orders.failing(), ["a.test", "b.test"]);
  scene.now += 15 * minute;
  await settle(scene, ...both);
  assert.equal(scene.ordered.length, 4, scene.ordered.join());
  scene.now += 15 * minute;
  await settle(scene, ...both);
  assert.equal(scene.ordered.length, 4, "the second failure waits for 30 minutes");
  scene.answer = async () => {};
  scene.now += 15 * minute;
  await settle(scene, ...both);
  for (const { orders } of both) assert.deepEqual(orders.failing(), []);
});

test("what an authority gives to who took too long is dropped", async (t) => {
  const scene = openScene();
  const slow = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  scene.answer = (_task, holder) => {
    if (holder === "two") return Promise.resolve();
    begun.resolve();
    return slow.promise;
  };
  const first = await startControl(t, scene, { holder: "one" });
  await begun.promise;
  const second = await startControl(t, scene, { holder: "two" });
  scene.now += 5 * minute;
  await settle(scene, second);
  slow.resolve();
  await settle(scene, first, second);
  const { certificates } = second.replica.state;
  assert.equal(certificates.get("a.test")?.sealedKey, "sealed a.test by two");
});

test("one that seals with another key orders nothing, and says whose it is", async (t) => {
  const scene = openScene();
  const begun = Promise.withResolvers<void>();
  const slow = Promise.withResolvers<void>();
  scene.answer = () => {
    begun.resolve();
    return slow.promise;
  };
  const first = await startControl(t, scene, { holder: "one" });
  await begun.promise;
  const second = await startControl(t, scene, { holder: "two", keyMark: "another" });
  await settle(scene, second);
  assert.deepEqual(scene.ordered, ["one a.test"]);
  assert.match(second.orders.trouble() ?? "", /another control plane, one, orders .*a\.test/);
  assert.equal(second.complaints.length, 1);
  slow.resolve();
  await settle(scene, first);
});
