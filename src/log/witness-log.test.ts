import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { bytes } from "../../test/support/log-probe.ts";
import { NatsServer, skipWithoutNats } from "../../test/support/nats-server.ts";
import { notedLogger } from "../../test/support/noted-logger.ts";
import { checksumOf } from "./checksum.ts";
import { JetStreamLog } from "./jetstream-log.ts";
import { defaultJetStreamOptions } from "./jetstream-options.ts";
import { OwnCopy } from "./own-copy.ts";
import { WitnessLog } from "./witness-log.ts";

suite("WitnessLog", { skip: skipWithoutNats() }, () => {
  test("follows on by another connection, where the one that it had has ended for good", async (t) => {
    const server = await NatsServer.start();
    t.after(() => server.stop());
    const data = mkdtempSync(join(tmpdir(), "footlight-witness-"));
    t.after(() => rmSync(data, { recursive: true }));
    const logger = notedLogger();
    const opened: JetStreamLog[] = [];
    const log = await WitnessLog.open({
      ...{ copy: await OwnCopy.open(data, logger), isWriter: true, logger },
      open: async (mayMake) => {
        const found = await JetStreamLog.open(server.address, defaultJetStreamOptions, mayMake);
        opened.push(found);
        return found;
      },
    });
    t.after(() => log.close());
    const revisions: number[] = [];
    let position = { revision: 0, hash: "" };
    log.follow(0, ({ revision, bytes: entry }) => {
      position = { revision, hash: Buffer.from(checksumOf(entry)).toString("hex") };
      revisions.push(revision);
    });
    await log.start(() => position);
    await log.append(bytes("e1"), 0);
    while (revisions.length < 1) await setTimeout(10);

    await opened[0]!.close();
    while (opened.length < 2 || log.attached === undefined) await setTimeout(10);
    assert.equal(log.standing.isReachable, true);
    assert.equal(await log.append(bytes("e2"), 1), 2);
    while (revisions.length < 2) await setTimeout(10);
    assert.deepEqual(revisions, [1, 2]);
  });
});
