/**
 * Runs from CloudFront's access logs, and from those that Footlight writes: standard ones, which name their fields, and real-time ones,
 * whose fields the log's configuration names.
 *
 * Values are percent-encoded, as bytes. `cs(Host)` is the distribution's domain name in standard logs, where real-time logs
 * call it `x-host-header`; what the viewer's Host says is `x-host-header`, and `cs-host` there.
 *
 * Source: CloudFront Developer Guide, "Standard log file fields", "Use real-time access logs".
 */
import type { FunctionEvent } from "../../../runtime/function-runtime.ts";
import { notAsItWas, runLine, type RunsFrom } from "./runs-from.ts";
import { textLines } from "./text-lines.ts";

/** Bytes of a real-time log's fields that tell header lines. */
const headersMax = 800;

/** Header names and the fields that tell their values, in either kind of log. */
const headerFields = [
  ["referer", "cs(Referer)", "cs-referer"],
  ["user-agent", "cs(User-Agent)", "cs-user-agent"],
  ["cookie", "cs(Cookie)", "cs-cookie"],
  ["accept", "cs-accept"],
  ["accept-encoding", "cs-accept-encoding"],
  ["x-forwarded-for", "x-forwarded-for"],
] as const;

/**
 * @param fields in the order of a record, where the file doesn't name them
 * @throws Error, when there is no such file; so does what it returns, when it is no access log
 */
export async function accessLogRuns(
  path: string,
  name: string,
  fields: readonly string[] | undefined,
): Promise<RunsFrom> {
  const { lines, progress } = textLines(path);
  const all = lines[Symbol.asyncIterator]();
  let known = fields;
  let first = await all.next();
  for (; first.done !== true && first.value.startsWith("#"); first = await all.next()) {
    if (first.value.startsWith("#Fields:")) known = first.value.slice(8).trim().split(/\s+/);
  }
  if (known === undefined) {
    throw new Error(
      `${path} names no fields in a line "#Fields:": for a real-time log, name them with --fields`,
    );
  }
  const record = new LogRecord(path, known);
  const runs = (async function* () {
    for (let line = first; line.done !== true; line = await all.next()) {
      if (line.value.startsWith("#")) continue;
      record.read(line.value);
      yield runLine(name, record.event, record.at);
    }
  })();
  return { name: "an access log", lines: runs, lacks: lacksOf(known), progress };
}

function lacksOf(fields: readonly string[]): string[] {
  const has = (...names: string[]): boolean => names.some((each) => fields.includes(each));
  const told = headerFields.filter(([, ...names]) => has(...names)).map(([header]) => header);
  return [
    has("cs-headers")
      ? `what is beyond the first ${headersMax} bytes of a request's headers, and of its cookies`
      : `request headers beside ${["host", ...told].join(", ")}`,
    ...(has("c-ip") ? [] : ["viewers' addresses"]),
    ...(has("time", "timestamp", "timestamp(ms)") ? [] : ["times"]),
    notAsItWas,
  ];
}

class LogRecord {
  readonly #indexes: ReadonlyMap<string, number>;
  readonly #isRealtime: boolean;
  #values: readonly string[] = [];

  /** @throws Error, when there is nothing in the fields that an event could be made of */
  constructor(path: string, fields: readonly string[]) {
    this.#indexes = new Map(fields.map((field, index) => [field, index]));
    this.#isRealtime = fields.includes("cs-host") || fields.includes("timestamp");
    const missing = ["cs-method", "cs-uri-stem"].find((field) => !this.#indexes.has(field));
    if (missing === undefined) return;
    throw new Error(`${path} has no field ${missing}, without which there is no event`);
  }

  read(line: string): void {
    this.#values = line.split("\t");
  }

  get event(): FunctionEvent {
    const [uri = "", query] = splitOnce(this.#of("cs-uri-stem"), "?");
    const domain = this.#isRealtime ? this.#of("x-host-header") : this.#of("cs(Host)");
    const host = this.#isRealtime ? this.#of("cs-host") : this.#of("x-host-header");
    return {
      ...{ eventType: "viewer-request", distributionDomainName: domain, distributionId: "" },
      ...{ requestId: this.#of("x-edge-request-id"), viewerIp: this.#of("c-ip") },
      request: {
        ...{ method: this.#of("cs-method"), uri },
        querystring: this.#of("cs-uri-query") || query || undefined,
        headers: this.#headers(host || domain),
      },
    };
  }

  /** When it was answered, in milliseconds since the epoch. */
  get at(): number {
    const ms = Number(this.#of("timestamp(ms)"));
    const seconds = Number(this.#of("timestamp"));
    const at = Date.parse(`${this.#of("date")}T${this.#of("time")}Z`);
    return ms || Math.round(seconds * 1000) || at || 0;
  }

  #headers(host: string): string[] {
    const headers: string[] = [];
    const known = new Set<string>();
    const add = (header: string, value: string): void => {
      headers.push(header, value);
      known.add(header.toLowerCase());
    };
    for (const line of wholeLines(this.#of("cs-headers"))) {
      const [header, value = ""] = splitOnce(line, ":");
      if (header !== "") add(header!, value.trim());
    }
    if (!known.has("host")) add("host", host);
    for (const [header, ...fields] of headerFields) {
      if (known.has(header)) continue;
      const value = fields.map((field) => this.#of(field)).find((each) => each !== "");
      if (value !== undefined) add(header, value);
    }
    return headers;
  }

  /** @returns the value as the wire had it, in Latin-1; empty where there is none */
  #of(field: string): string {
    const index = this.#indexes.get(field);
    const value = index === undefined ? "-" : (this.#values[index] ?? "-");
    return value === "-" ? "" : decoded(value);
  }
}

/** What was cut off is left out. */
function wholeLines(text: string): string[] {
  if (text === "") return [];
  const lines = text.split("\n");
  if (text.length >= headersMax) lines.pop();
  return lines;
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(value: string): string {
  if (!value.includes("%")) return value;
  return value.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
}
