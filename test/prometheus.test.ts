/** Prometheus itself scrapes a node, and answers what was sent. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { test, type TestContext } from "node:test";
import { freePort } from "./support/free-port.ts";
import { createLiveFunction, pageOf } from "./support/live-function.ts";
import { skipWithout } from "./support/optional.ts";
import { startTestNode, temporaryFolder } from "./support/test-node.ts";
import { view } from "./support/viewer.ts";

const skip = skipWithout(["prometheus", "--version"]);

test("Prometheus scrapes a node, and its queries tell what was sent", { skip }, async (t) => {
  const node = await startTestNode({ workers: 2 });
  t.after(() => node.stop());
  const input = { name: "page", source: pageOf("hello"), originPort: 8080 };
  const { host } = await createLiveFunction(node.client, input);
  for (let sent = 0; sent < 25; sent += 1) await view(node.edge, host, "/");
  await view(node.edge, "unknown.example", "/");
  const query = await startPrometheus(new URL(node.api).host, t);

  assert.equal(await query("sum(footlight_requests_total)", "26"), "26");
  assert.equal(
    await query('sum(footlight_function_invocations_total{function="page"})', "25"),
    "25",
  );
  const errorRate =
    '100 * sum(footlight_responses_total{status_class=~"4xx|5xx"}) / sum(footlight_requests_total)';
  assert.match((await query(errorRate)) ?? "", /^3\.84/);
  const utilization =
    "histogram_quantile(0.9, sum by (le) (footlight_function_compute_utilization_percent_bucket))";
  assert.ok(Number(await query(utilization)) <= 100);
});

/** @returns what asks it: the value of a query's one result, once there is one, and it is the wanted one where that is given */
async function startPrometheus(
  target: string,
  t: TestContext,
): Promise<(query: string, wanted?: string) => Promise<string | undefined>> {
  const folder = temporaryFolder();
  const config = join(folder, "prometheus.yml");
  writeFileSync(
    config,
    JSON.stringify({
      global: { scrape_interval: "1s" },
      scrape_configs: [
        {
          job_name: "footlight",
          metrics_path: "/footlight/v1/metrics",
          static_configs: [{ targets: [target] }],
        },
      ],
    }),
  );
  const port = await freePort();
  const child = spawn(
    "prometheus",
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: "ignore" },
  );
  t.after(async () => {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  });
  return async (query, wanted) => {
    for (;;) {
      const value = await valueOf(`http://127.0.0.1:${port}`, query);
      if (value !== undefined && (wanted === undefined || value === wanted)) return value;
      assert.equal(child.exitCode, null, "Prometheus ended");
      await sleep(100);
    }
  };
}

async function valueOf(prometheus: string, query: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent(query)}`);
    const { data } = (await response.json()) as {
      readonly data?: { readonly result: readonly { readonly value: [number, string] }[] };
    };
    return data?.result[0]?.value[1];
  } catch {
    // It is not listening yet.
    return undefined;
  }
}
