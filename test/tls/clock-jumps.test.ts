/**
 * A node whose machine's clock jumps a year ahead and back while it serves: viewers who are connected and who come stay served,
 * sessions begin anew where they are too old, and the node makes no work of it. libfaketime sets the clock.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { join } from "node:path";
import { test } from "node:test";
import { connect, type TLSSocket } from "node:tls";
import { once } from "node:events";
import { skipWithout } from "../support/optional.ts";
import { cpuMicroseconds, processTree } from "../support/process-cost.ts";
import { temporaryFolder } from "../support/test-node.ts";
import { askHttp2, openHttp2 } from "./http2-viewer.ts";
import { startSecureNode } from "./secure-node.ts";

const skip = skipWithout(["faketime", "--version"]);
const watchedMs = 2500;

function fakeTimeLibrary(): string {
  const folders = readdirSync("/usr/lib").map((name) => join("/usr/lib", name, "faketime"));
  const files = folders.map((folder) => join(folder, "libfaketimeMT.so.1"));
  return files.find((file) => existsSync(file)) ?? "libfaketimeMT.so.1";
}

test(
  "a clock that jumps a year ahead and back while a node serves drops nobody",
  { skip },
  async (t) => {
    const time = join(temporaryFolder(), "time");
    const setClock = (offset: string): void => {
      writeFileSync(`${time}.new`, offset);
      renameSync(`${time}.new`, time);
    };
    setClock("+0");
    const { node, host, port, close } = await startSecureNode(
      (_message, response) => {
        // So that it is the edge's own.
        response.sendDate = false;
        response.setHeader("Cache-Control", "no-store").end("fine");
      },
      [],
      {
        LD_PRELOAD: fakeTimeLibrary(),
        FAKETIME_TIMESTAMP_FILE: time,
        FAKETIME_CACHE_DURATION: "1",
        FAKETIME_DONT_FAKE_MONOTONIC: "1",
      },
    );
    t.after(close);
    const ca = readFileSync(join(node.dataFolder, "ca/root.crt"), "utf8");
    const session = openHttp2(t, port, host, ca);
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca, servername: host });
    t.after(() => agent.destroy());
    const askKept = () =>
      new Promise<{ status: number; year: number }>((resolve, reject) => {
        const options = { host: "127.0.0.1", port, path: "/", headers: { host }, agent };
        request(options, (response) => {
          const year = new Date(response.headers.date ?? "").getUTCFullYear();
          response.resume().once("end", () => resolve({ status: response.statusCode ?? 0, year }));
        })
          .on("error", reject)
          .end();
      });
    let ticket: Buffer | undefined;
    const comeAgain = async (): Promise<TLSSocket> => {
      const socket = connect({ host: "127.0.0.1", port, servername: host, ca, session: ticket });
      socket.on("session", (given: Buffer) => (ticket = given));
      await once(socket, "secureConnect");
      socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      const [answer] = (await once(socket, "data")) as [Buffer];
      assert.match(answer.toString("latin1"), /^HTTP\/1\.1 200 /);
      socket.destroy();
      return socket;
    };
    const ask = async (): Promise<number> => {
      const { status } = await askHttp2(session, { ":authority": host, ":path": "/" });
      const kept = await askKept();
      assert.deepEqual([status, kept.status], [200, 200]);
      await comeAgain();
      return kept.year;
    };
    const year = await ask();
    for (const [offset, expected] of [
      ["+366d", year + 1],
      ["-366d", year - 1],
      ["+0", year],
    ] as const) {
      setClock(offset);
      const deadline = performance.now() + 90_000;
      while ((await ask()) !== expected) {
        assert.ok(performance.now() < deadline, "the node's clock did not jump");
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const lines = node.stderr().split("\n").length;
      const pids = processTree(node.process.pid!);
      const [cpu, start] = [cpuMicroseconds(pids), performance.now()];
      while (performance.now() - start < watchedMs) {
        await ask();
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      const cores = (cpuMicroseconds(pids) - cpu) / 1000 / (performance.now() - start);
      const told = node.stderr().split("\n").length - lines;
      t.diagnostic(`${offset}: ${cores.toFixed(2)} cores, ${told} lines of log`);
      assert.ok(cores < 0.8, `${cores} cores`);
      assert.ok(told < 20, node.stderr());
    }
    assert.equal(session.destroyed, false);
  },
);
