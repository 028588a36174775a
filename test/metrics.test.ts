/**
 * What a node counts and measures, read over its API as Prometheus and people do.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  CreateDistributionCommand,
  CreateMonitoringSubscriptionCommand,
  DeleteMonitoringSubscriptionCommand,
} from "@aws-sdk/client-cloudfront";
import { childrenOf } from "./support/child-processes.ts";
import { buildConfig } from "./support/distribution-config.ts";
import { untilKept } from "./support/kept.ts";
import { createLiveFunction, pageOf } from "./support/live-function.ts";
import { readMetrics, sumOf, untilMetrics } from "./support/metrics.ts";
import { startTestNode, type TestNode } from "./support/test-node.ts";
import { startTestOrigin, type TestOrigin } from "./support/test-origin.ts";
import { view } from "./support/viewer.ts";

let node: TestNode;
let origin: TestOrigin;
let url: string;
before(async () => {
  [node, origin] = await Promise.all([
    startTestNode({ workers: 2 }),
    startTestOrigin((request, response) => {
      response.writeHead(request.url === "/gone" ? 404 : 200, { "cache-control": "max-age=60" });
      response.end("page");
    }),
  ]);
  url = `${node.api}/footlight/v1/metrics`;
});
after(async () => {
  await Promise.all([node.stop(), origin.close()]);
});

test("Requests, bytes, statuses and runs are counted by distribution and function", async () => {
  const sources = {
    page: pageOf("hello"),
    broken: "function handler() { throw new Error('no'); }",
    invalid: "function handler() { return { statusCode: 7 }; }",
  };
  const ids = new Map<string, string>();
  for (const [name, source] of Object.entries(sources)) {
    const { host } = await createLiveFunction(node.client, {
      name,
      source,
      originPort: origin.port,
    });
    await view(node.edge, host, "/");
    await view(node.edge, host, "/", { method: "HEAD" });
    ids.set(name, await idOf(host));
  }
  const runs = (found: ReadonlyMap<string, number>) =>
    sumOf(found, "footlight_function_invocations_total");
  const found = await untilMetrics(url, (metrics) => runs(metrics) === 6);
  const of = (what: string, name: string, more = ""): number | undefined =>
    found.get(`footlight_${what}{distribution="${ids.get(name)}"${more}}`);
  const ofFunction = (what: string, name: string): number | undefined =>
    of(`function_${what}`, name, `,function="${name}"`);
  assert.equal(of("requests_total", "page"), 2);
  assert.ok(of("downloaded_bytes_total", "page")! > 200);
  assert.equal(of("responses_total", "page", ',status_class="2xx"'), 2);
  assert.equal(of("responses_total", "broken", ',status_class="5xx"'), 2);
  assert.equal(ofFunction("execution_errors_total", "broken"), 2);
  assert.equal(ofFunction("validation_errors_total", "broken"), 0);
  assert.equal(ofFunction("validation_errors_total", "invalid"), 2);
  assert.equal(ofFunction("execution_errors_total", "page"), 0);
  assert.equal(ofFunction("compute_utilization_percent_count", "page"), 2);
  assert.equal(found.get('footlight_revision_lag{of="workers"}'), 0);
  assert.equal(found.get("footlight_workers"), 2);
  assert.ok(sumOf(found, "footlight_log_append_seconds_count") >= 9);
  assert.ok(found.get('footlight_memory_bytes{process="workers"}')! > 1e7);
});

test("A monitoring subscription turns the additional metrics on and off", async () => {
  const { Distribution } = await node.client.send(
    new CreateDistributionCommand({
      DistributionConfig: buildConfig({ callerReference: "sub", originPort: origin.port }),
    }),
  );
  const { Id: DistributionId = "", DomainName: host = "" } = Distribution ?? {};
  await view(node.edge, host, "/a");
  await untilKept(node, host, "/a");
  for (const path of ["/a", "/gone"]) await view(node.edge, host, path);
  const labels = `{distribution="${DistributionId}"`;
  const requests = `footlight_requests_total${labels}}`;
  const off = await untilMetrics(url, (metrics) => metrics.get(requests) === 3);
  assert.equal(sumOf(off, "footlight_cacheable_requests_total"), 0);
  const MonitoringSubscription = {
    RealtimeMetricsSubscriptionConfig: { RealtimeMetricsSubscriptionStatus: "Enabled" as const },
  };
  await node.client.send(
    new CreateMonitoringSubscriptionCommand({ DistributionId, MonitoringSubscription }),
  );
  const on = await readMetrics(url);
  assert.equal(on.get(`footlight_cacheable_requests_total${labels},cache="hit"}`), 1);
  assert.equal(on.get(`footlight_cacheable_requests_total${labels},cache="miss"}`), 1);
  assert.equal(on.get(`footlight_error_responses_total${labels},status="404"}`), 1);
  assert.equal(on.get(`footlight_origin_latency_seconds_count${labels}}`), 2);
  await node.client.send(new DeleteMonitoringSubscriptionCommand({ DistributionId }));
  const again = await readMetrics(url);
  assert.equal(sumOf(again, "footlight_origin_latency_seconds_count"), 0);
});

test("What was counted stays, and is counted once, when a worker is killed", async () => {
  const { host } = await createLiveFunction(node.client, {
    name: "stays",
    source: pageOf("stays"),
    originPort: origin.port,
  });
  const requests = `footlight_requests_total{distribution="${await idOf(host)}"}`;
  await Promise.all(Array.from({ length: 40 }, () => view(node.edge, host, "/")));
  await untilMetrics(url, (metrics) => metrics.get(requests) === 40);
  process.kill(childrenOf(node.process.pid!, "edge-worker")[0]!, "SIGKILL");
  await untilMetrics(
    url,
    (metrics) =>
      metrics.get("footlight_workers_ended_total") === 1 && metrics.get("footlight_workers") === 2,
  );
  await Promise.all(Array.from({ length: 40 }, () => view(node.edge, host, "/")));
  const found = await untilMetrics(url, (metrics) => (metrics.get(requests) ?? 0) >= 80);
  assert.equal(found.get(requests), 80);
});

test("People get the same as JSON", async () => {
  const response = await fetch(url);
  const { data } = (await response.json()) as {
    readonly data: { readonly metrics: readonly { name: string; cloud_front?: string }[] };
  };
  const [first] = data.metrics;
  assert.deepEqual([first?.name, first?.cloud_front], ["footlight_requests_total", "Requests"]);
  assert.equal((await fetch(`${url}?format=xml`)).status, 400);
  const text = await fetch(`${url}?format=prometheus`);
  assert.equal(text.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
});

test("Neither metrics nor health tell what viewers sent", async () => {
  const canary = "canary-7f3a";
  const { host } = await createLiveFunction(node.client, {
    name: "secrets",
    source: "function handler(event) { throw new Error(event.request.uri); }",
    originPort: origin.port,
  });
  const headers = { cookie: `session=${canary}`, authorization: `Bearer ${canary}` };
  const path = `/${canary}?Signature=${canary}&Key-Pair-Id=${canary}`;
  await view(node.edge, host, path, { headers });
  await view(node.edge, `${canary}.example`, path, { headers, method: "GET" });
  await untilMetrics(url, (metrics) => sumOf(metrics, "footlight_responses_total") > 0);
  for (const path of [
    "metrics?format=json",
    "metrics?format=prometheus",
    "health",
    "health/ready",
  ]) {
    const text = await (await fetch(`${node.api}/footlight/v1/${path}`)).text();
    assert.ok(!text.includes(canary), path);
  }
});

test("A node with --metrics off keeps none, and says so", async () => {
  const without = await startTestNode({ args: ["--metrics", "off"] });
  try {
    const response = await fetch(`${without.api}/footlight/v1/metrics`);
    assert.equal(response.status, 400);
    assert.match(await response.text(), /started with --metrics off/);
  } finally {
    await without.stop();
  }
});

async function idOf(host: string): Promise<string> {
  const response = await fetch(`${node.api}/2020-05-31/distribution`, {
    headers: { accept: "application/json" },
  });
  const { data } = (await response.json()) as {
    readonly data: { readonly items: readonly { id: string; domain_name: string }[] };
  };
  return data.items.find(({ domain_name }) => domain_name === host)?.id ?? "";
}
