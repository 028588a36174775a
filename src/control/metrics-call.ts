/** `GET /footlight/v1/metrics`: what the node's metrics stand at, in Prometheus's text or in JSON. */
import { InvalidArgument } from "../model/errors.ts";
import type { ApiRequest, ApiResponse } from "../wire/api-message.ts";
import { parseQuery } from "../wire/query.ts";

export interface MetricsReport {
  /** Every metric there is. */
  readonly names: readonly string[];
  readonly text: (of: MetricNames) => Promise<{ readonly type: string; readonly body: string }>;
  /** In the members of the JSON face. */
  readonly json: (of: MetricNames) => Promise<object>;
}

/** Undefined for all. */
export type MetricNames = ReadonlySet<string> | undefined;

type Form = "prometheus" | "json";

/** @param success makes an answer of what is its `data` */
export async function readMetrics(
  { query, headers }: Pick<ApiRequest, "query" | "headers">,
  metrics: MetricsReport | undefined,
  success: (data: object) => ApiResponse,
): Promise<ApiResponse> {
  const form = chosenForm(query) ?? acceptedForm(headers["accept"] ?? "");
  if (metrics === undefined) {
    throw new InvalidArgument("This node keeps no metrics: it was started with --metrics off");
  }
  const names = chosenNames(query, metrics);
  if (form === "json") return success(await metrics.json(names));
  const { type, body } = await metrics.text(names);
  return { status: 200, headers: { "content-type": type }, body };
}

/** @throws InvalidArgument, when the query has another name, or another form */
function chosenForm(query: string): Form | undefined {
  const given = parseQuery(query);
  const unknown = given.keys().find((name) => name !== "format" && name !== "names");
  if (unknown !== undefined) {
    throw new InvalidArgument(`There is no parameter "${unknown}": it takes format and names`);
  }
  const format = given.get("format");
  if (format === undefined || format === "prometheus" || format === "json") return format;
  throw new InvalidArgument(`format must be prometheus or json, got "${format}"`);
}

/** @throws InvalidArgument, when one is no metric's */
function chosenNames(query: string, { names }: MetricsReport): MetricNames {
  const given = parseQuery(query).get("names");
  if (given === undefined) return undefined;
  const chosen = given.split(",");
  const unknown = chosen.find((name) => !names.includes(name));
  if (unknown === undefined) return new Set(chosen);
  throw new InvalidArgument(
    `There is no metric "${unknown}": names are those of docs/metrics.md, with commas between`,
  );
}

/** Prometheus names its forms first, and then anything; who names JSON, or nothing, gets JSON. */
function acceptedForm(accept: string): Form {
  const text = accept.search(/(text\/plain|application\/openmetrics-text)\b/i);
  const json = accept.search(/application\/json\b/i);
  return text !== -1 && (json === -1 || text < json) ? "prometheus" : "json";
}
