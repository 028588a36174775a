/** How often a log in NATS is looked at for what was missed: edges are many. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { connect } from "@nats-io/transport-node";
import { NatsServer, skipWithoutNats } from "../../test/support/nats-server.ts";
import { JetStreamLog } from "./jetstream-log.ts";
import { defaultJetStreamOptions } from "./jetstream-options.ts";

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
