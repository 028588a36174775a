/**
 * Recorded runs from files: as the API tells them, a line each; events as TestFunction takes them; and CloudFront's
 * standard access logs, of which `--access-log` makes the same.
 */
import { createReadStream, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import type { RecordedRun } from "../../edge/record/runs/recorded-run.ts";
import type { FunctionEvent } from "../../runtime/function-runtime.ts";
import { viewerEventOf } from "../../runtime/testing/run-both-ways.ts";

export interface RunsFrom {
  /** Recorded runs, in JSON. */
  readonly lines: AsyncIterable<string>;
  /** What events of this source have not, so that nothing is known of what depends on it. */
  readonly lacks: readonly string[];
}

/**
 * @param path a file, or a folder of events
 * @param now milliseconds since the epoch, for what says no time
 * @throws Error, when it can't be read; so does what it returns, when a line is none of these
 */
export function readRuns(path: string, name: string, now: number): RunsFrom {
  const runOf = (event: FunctionEvent, at = now): string =>
    JSON.stringify({ function: name, version: 0, at, event } satisfies RecordedRun);
  if (statSync(path).isDirectory()) {
    const files = readdirSync(path).filter((file) => file.endsWith(".json"));
    return eventsOf(
      files.sort().map((file) => join(path, file)),
      runOf,
    );
  }
  if (path.endsWith(".json")) return eventsOf([path], runOf);
  if (path.endsWith(".jsonl")) return { lines: textLines(path), lacks: [] };
  return {
    lines: logLines(path, runOf),
    lacks: [
      "request headers beside Host, Referer, User-Agent and Cookie",
      "key value stores and clocks as they were",
    ],
  };
}

function eventsOf(files: readonly string[], runOf: (event: FunctionEvent) => string): RunsFrom {
  const lines = (async function* () {
    for (const file of files) yield runOf(viewerEventOf(readFileSync(file, "utf8")));
  })();
  return { lines, lacks: ["key value stores and clocks as they were"] };
}

async function* textLines(path: string): AsyncGenerator<string> {
  const file = createReadStream(path);
  const input = path.endsWith(".gz") ? file.pipe(createGunzip()) : file;
  for await (const line of createInterface({ input, crlfDelay: Infinity }))
    if (line !== "") yield line;
}

/** Source: CloudFront Developer Guide, "Standard log file fields". */
async function* logLines(
  path: string,
  runOf: (event: FunctionEvent, at: number) => string,
): AsyncGenerator<string> {
  let fields: readonly string[] | undefined;
  for await (const line of textLines(path)) {
    if (line.startsWith("#Fields:")) fields = line.slice(8).trim().split(/\s+/);
    if (line.startsWith("#")) continue;
    if (fields === undefined)
      throw new Error(`${path} is no access log: it has no line "#Fields:"`);
    const values = line.split("\t");
    const of = (field: string): string => {
      const value = values[fields!.indexOf(field)] ?? "-";
      return value === "-" ? "" : value;
    };
    const headers = ["host", of("x-host-header") || of("cs(Host)")];
    for (const [field, header] of [
      ["cs(Referer)", "referer"],
      ["cs(User-Agent)", "user-agent"],
      ["cs(Cookie)", "cookie"],
    ] as const) {
      if (of(field) !== "") headers.push(header, decoded(of(field)));
    }
    const event: FunctionEvent = {
      ...{
        eventType: "viewer-request",
        distributionDomainName: of("cs(Host)"),
        distributionId: "",
      },
      ...{ requestId: of("x-edge-request-id"), viewerIp: of("c-ip") },
      request: {
        method: of("cs-method"),
        uri: of("cs-uri-stem"),
        querystring: of("cs-uri-query") || undefined,
        headers,
      },
    };
    yield runOf(event, Date.parse(`${of("date")}T${of("time")}Z`));
  }
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
