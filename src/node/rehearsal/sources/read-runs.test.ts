import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { temporaryFolder } from "../../../../test/support/test-node.ts";
import type { RecordedRun } from "../../../edge/record/runs/recorded-run.ts";
import { viewerRequest } from "../../../runtime/testing/short-event.ts";
import { readRuns } from "./read-runs.ts";
import { textLines } from "./text-lines.ts";

interface Read {
  readonly runs: readonly RecordedRun[];
  readonly lacks: string;
  readonly progress: number | undefined;
}

async function read(file: string, content: string | Buffer, fields = ""): Promise<Read> {
  const path = join(temporaryFolder(), file);
  writeFileSync(path, content);
  return readPath(path, fields);
}

async function readPath(path: string, fields = ""): Promise<Read> {
  const { lines, lacks, progress } = await readRuns({ path, name: "fn", fields, now: 5 });
  const runs: RecordedRun[] = [];
  for await (const line of lines) runs.push(JSON.parse(line) as RecordedRun);
  return { runs, lacks: lacks.join("; "), progress: progress?.() };
}

test("standard logs are decoded as they were encoded, once", async () => {
  const fields =
    "date time c-ip cs-method cs(Host) cs-uri-stem cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-request-id x-host-header";
  const values =
    "2026-01-01 10:00:01 192.0.2.1 POST d1.cloudfront.net /a%2520b/%C3%BC - Agent%20(X11) q=%257B1 - id== www.example";
  const text = `#Version: 1.0\n#Fields: ${fields}\n${values.replaceAll(" ", "\t")}\n`;
  const { runs, lacks, progress } = await read("log.gz", gzipSync(text));
  assert.deepEqual(runs, [
    {
      ...{ function: "fn", version: 0, at: Date.UTC(2026, 0, 1, 10, 0, 1) },
      event: {
        ...{ eventType: "viewer-request", distributionDomainName: "d1.cloudfront.net" },
        ...{ distributionId: "", requestId: "id==", viewerIp: "192.0.2.1" },
        request: {
          method: "POST",
          // As the wire has bytes.
          uri: "/a%20b/Ã¼",
          querystring: "q=%7B1",
          headers: ["host", "www.example", "user-agent", "Agent (X11)"],
        },
      },
    },
  ]);
  assert.match(lacks, /beside host, referer, user-agent, cookie; key value stores/);
  assert.equal(progress, 1);
});

test("real-time logs have their fields from a configuration, in a record's order, or from a list in its own", async () => {
  const folder = temporaryFolder();
  const config = join(folder, "config.json");
  const Fields = [
    "cs-headers",
    "x-host-header",
    "cs-uri-stem",
    "cs-host",
    "cs-method",
    "timestamp",
  ];
  writeFileSync(config, JSON.stringify({ RealtimeLogConfig: { Name: "n", Fields } }));
  const line =
    "1767261600.123\tGET\twww.example\t/a?b=1\td1.cloudfront.net\tAccept:*/*%0AX-A:1%0A\n";
  const { runs, lacks } = await read("realtime.log", line, config);
  assert.deepEqual(runs[0]!.event.request, {
    ...{ method: "GET", uri: "/a", querystring: "b=1" },
    headers: ["Accept", "*/*", "X-A", "1", "host", "www.example"],
  });
  assert.equal(runs[0]!.event.distributionDomainName, "d1.cloudfront.net");
  assert.equal(runs[0]!.at, 1_767_261_600_123);
  assert.match(lacks, /beyond the first 800 bytes .*; viewers' addresses; key value/);

  const swapped = await read("other.log", "/x\tPUT\n", "cs-uri-stem,cs-method");
  assert.deepEqual(swapped.runs[0]!.event.request.method, "PUT");
  assert.match(swapped.lacks, /beside host; viewers' addresses; times/);

  const cut = `${"X-A:1%0A".repeat(140)}X-Cut:1`;
  const { runs: long } = await read(
    "cut.log",
    `GET\t/\t${cut}\n`,
    "cs-method,cs-uri-stem,cs-headers",
  );
  assert.ok(!long[0]!.event.request.headers.includes("X-Cut"));
});

test("what is no access log, and fields whose order is not known, are refused", async () => {
  await assert.rejects(read("log.txt", "a\tb\n"), /names no fields.*--fields/);
  await assert.rejects(read("log.txt", "a\n", "date"), /no field cs-method/);
  const config = join(temporaryFolder(), "config.json");
  writeFileSync(config, JSON.stringify({ Fields: ["cs-method", "made-up"] }));
  await assert.rejects(read("log.txt", "a\n", config), /field "made-up", whose place/);
  writeFileSync(config, "{}");
  await assert.rejects(read("log.txt", "a\n", config), /has no list Fields/);
  await assert.rejects(readPath("/nowhere/log.gz"), /ENOENT/);
  await assert.rejects(read("broken.gz", "no gzip"), /incorrect header check/);
});

test("an HTTP archive has both events of each entry", async () => {
  const headers = [
    { name: ":authority", value: "www.example" },
    { name: "Accept", value: "*/*" },
  ];
  const entry = {
    startedDateTime: "2026-01-01T10:00:00.000Z",
    request: { method: "GET", url: "https://www.example/a?b=1", headers },
    response: { status: 304, statusText: "", headers: [{ name: "etag", value: '"1"' }] },
  };
  const blocked = { ...entry, response: { status: 0, statusText: "", headers: [] } };
  const { runs } = await read("a.har", JSON.stringify({ log: { entries: [entry, blocked] } }));
  assert.deepEqual(
    runs.map(({ event }) => event.eventType),
    ["viewer-request", "viewer-response", "viewer-request"],
  );
  const [, answered] = runs;
  assert.deepEqual(answered!.event.request.headers, ["host", "www.example", "Accept", "*/*"]);
  assert.deepEqual(answered!.event.response, {
    ...{ statusCode: 304, statusDescription: "", headers: ["etag", '"1"'] },
  });
  await assert.rejects(read("b.har", "{}"), /has no log\.entries/);
  const broken = { log: { entries: [{ ...entry, request: { method: "GET", url: "x" } }] } };
  await assert.rejects(read("c.har", JSON.stringify(broken)), /log\.entries\[0\]/);
});

test("events in files are given what they say: time, chance and key values", async () => {
  const folder = join(temporaryFolder(), "events");
  mkdirSync(folder);
  const event = viewerRequest("/a");
  const given = { now: "2026-01-01T00:00:00Z", seed: 7, keys: { k: "v" } };
  writeFileSync(join(folder, "a.json"), JSON.stringify({ ...event, given }));
  writeFileSync(join(folder, "b.json"), JSON.stringify(event));
  writeFileSync(join(folder, "b.expect.json"), '{"expect":{"uri":"/a"}}');
  writeFileSync(join(folder, "keys.json"), '{"data":[{"key":"k","value":"of the folder"}]}');
  const { runs } = await readPath(folder);
  assert.deepEqual(
    runs.map(({ at, seed, store }) => [at, seed, store?.reads[0]?.answer]),
    [
      [Date.UTC(2026, 0, 1), 7, "+v"],
      [5, undefined, "+of the folder"],
    ],
  );
});

test("lines are told whole, wherever a chunk ends", async () => {
  const path = join(temporaryFolder(), "lines.jsonl");
  const long = Array.from({ length: 40 }, (_, index) => `${index}${"ä".repeat(20_000)}`);
  writeFileSync(path, `${long.join("\r\n")}\n\nlast`);
  const lines: string[] = [];
  for await (const line of textLines(path).lines) lines.push(line);
  assert.deepEqual(lines, [...long, "last"]);
});
