/** `footlight log`: an account moves from a running node's file to NATS, and back. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { suite, test } from "node:test";
import { promisify } from "node:util";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { CreateFunctionCommand, ListFunctionsCommand } from "@aws-sdk/client-cloudfront";
import { functionConfig } from "../support/live-function.ts";
import { NatsServer, skipWithoutNats } from "../support/nats-server.ts";
import { startTestNode, temporaryFolder } from "../support/test-node.ts";

const bin = resolve(import.meta.dirname, "../../bin/footlight.mjs");

suite("footlight log", { skip: skipWithoutNats() }, () => {
  test("copies a running node's log to NATS, goes on with it, and back to a file", async (t) => {
    const server = await NatsServer.start();
    t.after(() => server.stop());
    const node = await startTestNode({ command: "control" });
    t.after(() => node.kill());
    const create = (name: string) =>
      node.client.send(
        new CreateFunctionCommand({
          Name: name,
          FunctionConfig: functionConfig,
          FunctionCode: Buffer.from("function handler(event) { return event.request; }"),
        }),
      );
    await create("first");
    const file = `sqlite:${join(node.dataFolder, "changes.db")}`;
    assert.match(
      await footlightLog("copy", file, server.address),
      /^Copied 1 entries, up to revision 1;/,
    );
    await create("second");
    await create("third");
    assert.match(
      await footlightLog("copy", file, server.address),
      /^Copied 2 entries, up to revision 3;/,
    );

    const moved = await startTestNode({ command: "control", args: ["--log", server.address] });
    t.after(() => moved.kill());
    const { FunctionList } = await moved.client.send(new ListFunctionsCommand({}));
    assert.deepEqual(
      FunctionList?.Items?.map(({ Name }) => Name),
      ["first", "second", "third"],
    );

    const back = `sqlite:${join(temporaryFolder(), "back.db")}`;
    assert.match(await footlightLog("copy", server.address, back), /^Copied 3 entries/);
    const verified = await footlightLog("verify", back);
    assert.match(verified, /^Revisions 1 to 3 are whole/);
    assert.equal(await footlightLog("verify", server.address), verified);
  });

  test("repairs a log from a control node that runs, and from its folder", async (t) => {
    const server = await NatsServer.start();
    t.after(() => server.stop());
    const node = await startTestNode({ command: "control", args: ["--log", server.address] });
    t.after(() => node.kill());
    await node.client.send(
      new CreateFunctionCommand({
        Name: "first",
        FunctionConfig: functionConfig,
        FunctionCode: Buffer.from("function handler(event) { return event.request; }"),
      }),
    );
    const connection = await connect({ servers: server.address.slice("nats://".length) });
    const jsm = await jetstreamManager(connection);
    for (const name of ["changes", "objects"]) await jsm.streams.delete(`footlight_${name}`);
    await connection.close();
    await node.logs(/The change log was deleted/);
    const told = / control .* cut-off [^]*: The change log was deleted\. .*footlight log repair/;
    for (let listed = ""; !told.test(listed);) {
      const ran = await promisify(execFile)(process.execPath, [bin, "nodes", "--api", node.api]);
      listed = ran.stdout;
    }
    const repair = (from: string) => footlightLog("repair", server.address, "--from", from);
    await assert.rejects(repair(temporaryFolder()), /There is no copy of a log in/);
    await assert.rejects(footlightLog("repair", server.address), /usage: footlight log copy/);
    assert.match(await repair(node.api), /^Brought back 1 entries, up to revision 1;/);
    assert.match(
      await repair(node.dataFolder),
      /^Nothing was lost: the log has all up to revision 1/,
    );
  });

  test("waits for a server that does not answer for a while", async (t) => {
    const server = await NatsServer.start();
    t.after(() => server.stop());
    const node = await startTestNode({ command: "control", args: ["--log", server.address] });
    await node.stop();
    server.pause();
    const args = [bin, "log", "verify", server.address];
    const running = promisify(execFile)(process.execPath, args);
    await Promise.race([once(createInterface({ input: running.child.stderr! }), "line"), running]);
    server.resume();
    const { stdout, stderr } = await running;
    assert.match(stdout, /^Revisions 1 to 0 are whole/);
    assert.match(stderr, /waiting for the change log/);
  });

  test("says what it cannot copy", async () => {
    const missing = `sqlite:${join(temporaryFolder(), "missing.db")}`;
    await assert.rejects(
      footlightLog("copy", missing, "nats://127.0.0.1:1"),
      /There is no change log/,
    );
    await assert.rejects(footlightLog("copy", "memory:", missing), /A log is sqlite:FILE or nats/);
    await assert.rejects(footlightLog("copy", missing, missing), /cannot be copied to itself/);
    await assert.rejects(footlightLog("copy", missing), /usage: footlight log copy FROM TO/);
  });
});

async function footlightLog(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [bin, "log", ...args]);
  return stdout;
}
