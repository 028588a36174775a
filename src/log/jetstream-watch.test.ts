/** How often a log in NATS is looked at for what was missed: edges are many. And whom it is believed. */
import assert from "node:assert/strict";
import { suite, test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { connect } from "@nats-io/transport-node";
import { NatsServer, skipWithoutNats } from "../../test/support/nats-server.ts";
import { JetStreamLog } from "./jetstream-log.ts";
import { defaultJetStreamOptions } from "./jetstream-options.ts";
import { JetStreamWatch, type WatchParts } from "./jetstream-watch.ts";

suite("looking for what was missed", { skip: skipWithoutNats() }, () => {
  test("is seldom while others tell how far the log is, and done at once where that is farther", async (t) => {
    const server = await NatsServer.start();
    t.after(() => server.stop());
    const log = await JetStreamLog.open(server.address, defaultJetStreamOptions);
    t.after(() => log.close());
    const connection = await connect({ servers: `127.0.0.1:${server.port}` });
    t.after(() => connection.close());
    let looks = 0;
    for (const subject of [
      "$JS.API.DIRECT.GET.footlight_changes",
      "$JS.API.DIRECT.GET.footlight_changes.>",
    ]) {
      connection.subscribe(subject, { callback: () => void (looks += 1) });
    }
    await connection.flush();
    while (looks < 2) await setTimeout(20);
    looks = 0;
    for (let second = 0; second < 6; second += 1) {
      log.sideChannel.noteRevision(0);
      await setTimeout(1000);
    }
    assert.equal(looks, 0);
    log.sideChannel.noteRevision(1);
    while (looks < 1) await setTimeout(20);
  });
});

/** A stream that ends, each time that it is asked about, at the next of some revisions. */
function watchOf(
  t: TestContext,
  ends: readonly number[],
): { watch: JetStreamWatch; asked: number } {
  const streams = { changes: "footlight_changes", entrySubject: "footlight.changes.id" };
  const told = { watch: undefined as unknown as JetStreamWatch, asked: 0 };
  const info = async () => {
    const last_seq = ends[Math.min(told.asked, ends.length - 1)];
    told.asked += 1;
    return { config: { subjects: [streams.entrySubject] }, state: { first_seq: 1, last_seq } };
  };
  const reader = { last: 5, findBeginning: async () => 0, revisionOf: (n: number) => n };
  const connection = { async *status() {} };
  const parts = { streams, reader, connection, jsm: { streams: { info } } };
  told.watch = new JetStreamWatch({
    ...(parts as unknown as WatchParts),
    leaveServer: () => {},
    wake: () => {},
  });
  t.after(() => told.watch.stop());
  return told;
}

test("JetStreamWatch asks once more before it believes that a log has lost entries", async (t) => {
  const sound = watchOf(t, [5]);
  await sound.watch.requireSame();
  assert.equal(sound.asked, 1);
  // A server that stood still while it led the stream, until it hears that another does.
  const stale = watchOf(t, [3, 6]);
  await stale.watch.requireSame();
  assert.equal(stale.watch.lost, undefined);
  assert.equal(stale.asked, 2);
  const restored = watchOf(t, [3]);
  await assert.rejects(
    restored.watch.requireSame(),
    /has lost entries: it ends at revision 3, and 5 was seen/,
  );
  assert.match(`${restored.watch.lost?.message}`, /has lost entries/);
});
