/** GoAccess reads standard logs as CloudFront's, and a disk that is full or takes no writes costs viewers nothing. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { CreateDistributionCommand, type CloudFrontClient } from "@aws-sdk/client-cloudfront";
import type { RefusedRequest } from "../../src/edge/record/refused-request.ts";
import { TraceKeeper, traceFile } from "../../src/node/trace-keeper.ts";
import { buildConfig } from "../support/distribution-config.ts";
import { logFiles, logLines } from "../support/log-folder.ts";
import { notedLogger } from "../support/noted-logger.ts";
import { skipWithout } from "../support/optional.ts";
import { fillDisk, smallDisk } from "../support/small-disk.ts";
import { startTestNode, temporaryFolder } from "../support/test-node.ts";
import { startTestOrigin } from "../support/test-origin.ts";
import { view } from "../support/viewer.ts";

async function createLogged(client: CloudFrontClient, originPort: number): Promise<string> {
  const { Distribution } = await client.send(
    new CreateDistributionCommand({
      DistributionConfig: {
        ...buildConfig({ callerReference: "logged", originPort }),
        Logging: {
          ...{ Enabled: true, IncludeCookies: false },
          ...{ Bucket: "my-logs.s3.amazonaws.com", Prefix: "" },
        },
      },
    }),
  );
  return Distribution?.DomainName ?? "";
}

test(
  "GoAccess counts the requests that were sent, with its format for CloudFront",
  { skip: skipWithout(["goaccess", "--version"]) },
  async () => {
    const folder = temporaryFolder();
    const [node, origin] = await Promise.all([
      startTestNode({ workers: 2, args: ["--access-log", folder] }),
      startTestOrigin(),
    ]);
    const host = await createLogged(node.client, origin.port);
    const headers = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0" };
    for (let page = 0; page < 40; page += 1) {
      await view(node.edge, host, `/page-${page % 4}?a=b%20c`, { headers });
    }
    await node.stop();
    await origin.close();
    const input = Object.values(logFiles(folder)).join("");
    const args = ["--log-format=CLOUDFRONT", "--output=json", "--no-global-config", "-"];
    const { stdout, stderr, status } = spawnSync("goaccess", args, { input, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    const { general, requests } = JSON.parse(stdout) as {
      general: { total_requests: number; failed_requests: number };
      requests: { data: { hits: { count: number }; data: string }[] };
    };
    assert.deepEqual([general.total_requests, general.failed_requests], [40, 0]);
    const paths = requests.data.map(({ hits, data }) => `${data} ${hits.count}`);
    assert.ok(
      paths.some((told) => /page-3.* 10$/.test(told)),
      paths.join("\n"),
    );
  },
);

test("on a full disk viewers are served, and records wait until there is room", async (t) => {
  const disk = smallDisk(t, 1);
  if (disk === undefined) return;
  const [node, origin] = await Promise.all([
    startTestNode({ args: ["--access-log", join(disk, "logs")] }),
    startTestOrigin(),
  ]);
  t.after(() => Promise.all([node.stop(), origin.close()]));
  const host = await createLogged(node.client, origin.port);
  const makeRoom = fillDisk(disk);
  for (let page = 0; page < 200; page += 1) {
    assert.equal((await view(node.edge, host, `/page-${page}`)).status, 200);
  }
  await node.logs(/lines of access logs wait, because they cannot be written/);
  makeRoom();
  while (logLines(join(disk, "logs")).length < 200) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await node.stop();
  assert.equal(logLines(join(disk, "logs")).length, 200);
});

test("where the folder takes no writes viewers are served, and records wait until it does", async (t) => {
  const disk = smallDisk(t, 1);
  if (disk === undefined) return;
  const remount = (how: "ro" | "rw"): void => {
    const { status, stderr } = spawnSync("mount", ["-o", `remount,${how}`, disk]);
    assert.equal(status, 0, String(stderr));
  };
  remount("ro");
  const live = "arn:aws:kinesis:us-east-1:000000000000:stream/live";
  const logs = ["--access-log", join(disk, "logs"), "--log-streams", `${live}=${disk}/live.log`];
  const [node, origin] = await Promise.all([startTestNode({ args: logs }), startTestOrigin()]);
  t.after(() => Promise.all([node.stop(), origin.close()]));
  const host = await createLogged(node.client, origin.port);
  for (let page = 0; page < 50; page += 1) {
    assert.equal((await view(node.edge, host, `/page-${page}`)).status, 200);
  }
  await node.logs(/EROFS[^\n]*lines of access logs wait, because they cannot be written/);
  remount("rw");
  while (logLines(join(disk, "logs")).length < 50) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await node.stop();
  assert.equal(logLines(join(disk, "logs")).length, 50);
});

test("on a full disk what is told of requests is counted as lost, and goes on where there is room", async (t) => {
  const disk = smallDisk(t, 1);
  if (disk === undefined) return;
  const file = traceFile(disk);
  const logger = notedLogger();
  const keeper = new TraceKeeper(file, logger);
  t.after(() => keeper.close());
  const all = { filter: { limit: 1000 }, withText: false };
  const keep = async (from: number, count: number): Promise<void> => {
    for (let id = from; id < from + count; id += 1) keeper.pending.refusedListener(refused(id));
    await keeper.flush();
  };
  await keep(0, 10);
  assert.equal((await keeper.find(all))?.kept, 10);
  const makeRoom = fillDisk(disk);
  await keep(10, 500);
  // What was kept before can still be read.
  const full = await keeper.find(all);
  assert.ok(full !== undefined && full.kept >= 10 && full.lost > 0, JSON.stringify(full));
  assert.match(logger.lines.join("\n"), /traces of requests could not be kept/);
  makeRoom();
  await keep(510, 10);
  const found = await keeper.find(all);
  assert.deepEqual(
    found?.items.slice(0, 10).map(({ id }) => id),
    Array.from({ length: 10 }, (_, index) => String(519 - index)),
  );
  assert.equal((found?.kept ?? 0) + (found?.lost ?? 0), 520);
});

const refused = (id: number): RefusedRequest => ({
  ...{ id: String(id), at: performance.now(), detail: "malformed", status: 400, bytesSent: 1 },
  ...{ ip: "192.0.2.1", port: 1, scheme: "http", distribution: undefined },
  head: { method: "GET", target: `/${"x".repeat(2000)}`, httpVersion: "1.1", headers: [] },
});
