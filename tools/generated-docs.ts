/** The documents under docs/ that are made from tables of the source, each as a function to its text. */
import { cloudFrontOperations } from "../src/schema/operation-table.ts";
import { keyValueOperations } from "../src/control/key-value-data/operations.ts";
import { operations } from "../src/control/operations.ts";
import { quotas } from "../src/control/quotas.ts";
import { enforcementOf } from "../src/control/resources/enforcement.ts";
import { flagOf, variableOf } from "../src/node/option-table.ts";
import { metrics, type Metric } from "../src/node/metrics/metric-table.ts";
import { siteSchema } from "../src/cli/dev/site-schema.ts";
import { errorsPage } from "./errors-page.ts";
import { options, type NodeOption, type OptionName } from "../src/node/options.ts";

export const generatedDocs: Readonly<Record<string, () => string>> = {
  "docs/options.md": optionsPage,
  "docs/operations.md": operationsPage,
  "docs/quotas.md": quotasPage,
  "docs/metrics.md": metricsPage,
  "docs/errors.md": errorsPage,
  "docs/footlight.schema.json": () => `${JSON.stringify(siteSchema, null, 2)}\n`,
};

const notice = "<!-- Made by tools/generated-docs.ts: npm run docs -- --write -->";

function optionsPage(): string {
  const rows = (Object.keys(options) as OptionName[]).map((name) => {
    const option: NodeOption = options[name];
    const commands = option.commands ?? ["start", "control", "edge"];
    // What depends on the machine must not make this page differ from one to the next.
    const shown = name === "workers" || option.default === "" ? "" : `\`${option.default}\``;
    return `| \`${flagOf(name)}\` | \`${variableOf(name)}\` | ${shown} | ${commands.join(", ")} | ${option.help} |`;
  });
  return [
    "# Options of a node",
    "",
    notice,
    "",
    "A flag beats a variable, a variable the settings file, and the file the default. The file, which `--settings` names, is a",
    'JSON object of these options by name: `--api-port` is `apiPort` there, so `{"apiPort": 4600, "readyJson": true}`. One file may',
    "serve a control node and its edges: options that a command does not take are judged, and not used by it.",
    "",
    "| Flag | Variable | Default | Commands | What it is |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

function howMany(all: number, done: number): string {
  if (done === all) return `Footlight does all ${all} operations of the model.`;
  return `Footlight does ${done} of the ${all} operations of the model. The others answer 501 \`NotImplemented\`, naming themselves.`;
}

function operationsPage(): string {
  const names = [...cloudFrontOperations.keys()].sort();
  const done = new Set(Object.keys(operations));
  const rows = names.map((name) =>
    done.has(name)
      ? `| ${name} | yes | ${enforcement(name)} |`
      : `| ${name} | 501 NotImplemented | |`,
  );
  return [
    "# Operations of the CloudFront API",
    "",
    notice,
    "",
    howMany(names.length, names.filter((name) => done.has(name)).length),
    "",
    "An operation that is answered checks, stores and reads back what AWS does. Whether viewers then notice is",
    "another question: the last column says whether the edge does what the operation sets.",
    "",
    "| Operation | Answered | Enforced by the edge |",
    "| --- | --- | --- |",
    ...rows,
    "",
    "## The key value stores' data API",
    "",
    "`cloudfront-keyvaluestore` is on the same port, and all of it is done:",
    "",
    ...Object.keys(keyValueOperations).map((name) => `- ${name}`),
    "",
  ].join("\n");
}

function enforcement(name: string): string {
  const judged = enforcementOf(name as keyof typeof operations);
  if (judged === undefined) return "";
  return judged.reason === undefined ? judged.edge : `${judged.edge}: ${judged.reason}`;
}

function metricsPage(): string {
  const rows = Object.entries(metrics).map(([name, metric]: [string, Metric]) => {
    const labels = metric.labels.map((label) => `\`${label}\``).join(", ");
    const additional = metric.isAdditional === true ? " (additional)" : "";
    return `| \`${name}\` | ${metric.type} | ${labels} | ${metric.help} | ${metric.cloudFront ?? ""}${additional} |`;
  });
  return [
    "# Metrics",
    "",
    notice,
    "",
    "`GET /footlight/v1/metrics` of the API tells what a node counts and measures: as Prometheus's text where `Accept` names `text/plain`, as",
    "Prometheus's does, and as JSON otherwise; `?format=prometheus` and `?format=json` choose;",
    "`names=` takes the names of those that are wanted, with commas between. Where calls are signed it needs",
    "`footlight:ReadMetrics`. Each node speaks for itself. `--metrics off` counts nothing.",
    "",
    "`--admin-port PORT` (and `--admin-host`, loopback unless given) has the same without a key, and nothing else but health: there is no API on an edge that runs alone,",
    "and Prometheus signs no requests. `/footlight/v1/health/live` answers while the process does, `/footlight/v1/health/ready` (and `/footlight/v1/health`) 200",
    "while edge workers serve viewers, and 503 before that, and from the first moment of a drain, in which requests that are under way are finished. The API has",
    "the two as well; its `ready` wants that changes can be made, too.",
    "",
    "```yaml",
    "scrape_configs:",
    "  - job_name: footlight",
    "    metrics_path: /footlight/v1/metrics",
    "    static_configs: [{ targets: ['127.0.0.1:4580'] }]",
    "```",
    "",
    "Counts are of all edge workers together, of those that have ended, too: each hands on what it has counted four times a second, so one that is killed",
    "takes a quarter of a second with it, and one that is stopped nothing. They begin at zero when the node starts.",
    "",
    "The label `distribution` is an id of the account, `(none)` for requests whose `Host` is none's, and `(other)` for what is beyond the first thousand that were",
    "visited; so is `function` with a thousand pairs of distribution and function. What was deleted is told of for five minutes more. No label has anything that a viewer has sent.",
    "",
    "CloudFront's rates are shares, which Prometheus makes of counts over the time that you choose:",
    "",
    "```text",
    'TotalErrorRate  100 * sum by (distribution) (rate(footlight_responses_total{status_class=~"4xx|5xx"}[5m]))',
    "                    / sum by (distribution) (rate(footlight_requests_total[5m]))",
    'CacheHitRate    100 * sum by (distribution) (rate(footlight_cacheable_requests_total{cache=~"hit|updating|stale"}[5m]))',
    "                    / sum by (distribution) (rate(footlight_cacheable_requests_total[5m]))",
    "OriginLatency   histogram_quantile(0.9, sum by (distribution, le) (rate(footlight_origin_latency_seconds_bucket[5m])))",
    "```",
    "",
    "A metric that is additional is told of distributions whose monitoring subscription (CreateMonitoringSubscription) is enabled.",
    "",
    "| Metric | Type | Labels | What it is | CloudFront's |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

function quotasPage(): string {
  const rows = Object.entries(quotas).map(([name, value]) => `| \`${name}\` | ${value} |`);
  return [
    "# Quotas",
    "",
    notice,
    "",
    "What the API refuses to go beyond, with AWS's default values. A node that is started with `--quotas` has others:",
    "a JSON object of those that differ, or the name of a file that holds one.",
    "",
    "| Quota | Default |",
    "| --- | --- |",
    ...rows,
    "",
  ].join("\n");
}
