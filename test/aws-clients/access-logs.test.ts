/** GoAccess reads standard logs as CloudFront's, and a full disk costs viewers nothing. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { CreateDistributionCommand, type CloudFrontClient } from "@aws-sdk/client-cloudfront";
import { buildConfig } from "../support/distribution-config.ts";
import { logFiles, logLines } from "../support/log-folder.ts";
import { skipWithout } from "../support/optional.ts";
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

/** @returns a folder on a disk of its own; undefined, and the test is skipped, where none can be made */
function smallDisk(t: TestContext): string | undefined {
  const disk = mkdtempSync(join(tmpdir(), "footlight-disk-"));
  const made = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]);
  t.after(() => {
    if (made.status === 0) spawnSync("umount", ["-l", disk]);
    rmSync(disk, { recursive: true, force: true });
  });
  if (made.status === 0) return disk;
  t.skip("a disk of its own takes root");
  return undefined;
}

test("on a full disk viewers are served, and records wait until there is room", async (t) => {
  const disk = smallDisk(t);
  if (disk === undefined) return;
  const filler = join(disk, "filler");
  const [node, origin] = await Promise.all([
    startTestNode({ args: ["--access-log", join(disk, "logs")] }),
    startTestOrigin(),
  ]);
  t.after(() => Promise.all([node.stop(), origin.close()]));
  const host = await createLogged(node.client, origin.port);
  try {
    writeFileSync(filler, Buffer.alloc(2 * 1024 * 1024));
  } catch {
    // It is full now.
  }
  for (let page = 0; page < 200; page += 1) {
    assert.equal((await view(node.edge, host, `/page-${page}`)).status, 200);
  }
  await node.logs(/lines of access logs wait, because they cannot be written/);
  rmSync(filler);
  while (logLines(join(disk, "logs")).length < 200) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await node.stop();
  assert.equal(logLines(join(disk, "logs")).length, 200);
});
