/**
 * Requests with hostile bytes wherever a viewer can put any, against a started node that tells all it can: each is
 * one line of each log, of as many fields as any, and an explanation.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { connect as connectSecurely } from "node:tls";
import { promisify } from "node:util";
import {
  CreateDistributionCommand,
  CreateRealtimeLogConfigCommand,
} from "@aws-sdk/client-cloudfront";
import { standardFields } from "../src/edge/record/access/access-fields.ts";
import { realtimeFields } from "../src/edge/record/access/realtime-fields.ts";
import { buildConfig } from "./support/distribution-config.ts";
import { logLines } from "./support/log-folder.ts";
import { startTestNode, temporaryFolder } from "./support/test-node.ts";
import { startTestOrigin } from "./support/test-origin.ts";

const bin = resolve(import.meta.dirname, "../bin/footlight.mjs");
const odd = "\t\"'%00%0a%\\<>|`{}^~\u00e4\u0080\u00ff\u00c3\u0028";
/** By what they try; `HOST` is the distribution's. */
const requests: Readonly<Record<string, (host: string) => string>> = {
  "a path of odd bytes": (host) => `GET /p\u00e4\u00ff%0a%09%22'<>|{} HTTP/1.1\r\nHost: ${host}`,
  "a tab in the path": (host) => `GET /a\tb HTTP/1.1\r\nHost: ${host}`,
  "a query of odd bytes": (host) =>
    `GET /q?a=%0a%09&\u00ff=\u00e4&"'<>=|{} HTTP/1.1\r\nHost: ${host}`,
  "a long query": (host) => `GET /long?${"q=%0a&".repeat(1200)} HTTP/1.1\r\nHost: ${host}`,
  "a query that is longer than is read": (host) =>
    `GET /longer?${"q".repeat(65_536)} HTTP/1.1\r\nHost: ${host}`,
  "headers of odd bytes": (host) =>
    `GET /h HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: ${odd}\r\nReferer: ${odd}\r\nCookie: ${odd}=${odd}; a\tb\r\nX-Forwarded-For: ${odd}\r\nAccept: ${odd}\r\nAccept-Encoding: ${odd}`,
  "odd names of headers": (host) =>
    `GET /n HTTP/1.1\r\nHost: ${host}\r\n__proto__: a\r\nconstructor: b\r\n!#$%&'*+-.^_|~: c`,
  "media data of odd bytes": (host) =>
    `GET /m?CMCD=bl%3D%22%0a%09%2Csid%3D%22%00 HTTP/1.1\r\nHost: ${host}\r\nCMCD-Session: sid="\u00ff\t,\\"`,
  "a Host of odd case": (host) => `GET /c HTTP/1.1\r\nHost: ${host.toUpperCase()}.`,
  "a Host of odd bytes": (host) => `GET /b HTTP/1.1\r\nHost: ${host}\u00ff"'\t`,
  "a method of odd bytes": (host) => `G%\u0009T /o HTTP/1.1\r\nHost: ${host}`,
  "a long User-Agent": (host) =>
    `GET /u HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: ${"\u00ff".repeat(6000)}`,
  "a range of odd bytes": (host) => `GET /r HTTP/1.1\r\nHost: ${host}\r\nRange: bytes=0-\t1,%`,
  "an absolute target": (host) => `GET http://${host}/x"y HTTP/1.1\r\nHost: ${host}`,
  "a proper one": (host) => `GET /last HTTP/1.1\r\nHost: ${host}`,
};

test("whatever viewers put into requests, logs keep their form", async (t) => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "logs"));
  const origin = await startTestOrigin((_, response) => {
    response.writeHead(200, { "content-type": "a\tb; x=\u00ff\"'<>" });
    response.end("fine");
  });
  const stream = "arn:aws:kinesis:us-east-1:000000000000:stream/live";
  const live = join(folder, "live.log");
  const node = await startTestNode({
    workers: 2,
    args: [
      ...["--access-log", join(folder, "logs"), "--log-streams", `${stream}=${live}`],
      ...["--traces", "on"],
    ],
  });
  t.after(() => Promise.all([node.stop(), origin.close()]));
  const fields = [...Object.keys(realtimeFields.plain), ...Object.keys(realtimeFields.chosen)];
  const { RealtimeLogConfig } = await node.client.send(
    new CreateRealtimeLogConfigCommand({
      ...{ Name: "live", SamplingRate: 100, Fields: fields },
      EndPoints: [
        {
          StreamType: "Kinesis",
          KinesisStreamConfig: {
            RoleARN: "arn:aws:iam::000000000000:role/logs",
            StreamARN: stream,
          },
        },
      ],
    }),
  );
  const config = buildConfig({ callerReference: "hostile", originPort: origin.port });
  const { Distribution } = await node.client.send(
    new CreateDistributionCommand({
      DistributionConfig: {
        ...config,
        DefaultCacheBehavior: {
          ...config.DefaultCacheBehavior!,
          RealtimeLogConfigArn: RealtimeLogConfig!.ARN!,
        },
        Logging: { Enabled: true, IncludeCookies: true, Bucket: "b.s3.amazonaws.com", Prefix: "" },
      },
    }),
  );
  const host = Distribution?.DomainName ?? "";
  const port = Number(new URL(node.edge).port);
  const statuses: Record<string, string> = {};
  for (const [name, write] of Object.entries(requests)) {
    statuses[name] = await ask(port, `${write(host)}\r\nConnection: close\r\n\r\n`);
  }
  t.diagnostic(JSON.stringify(statuses));
  for (const [name, status] of Object.entries(statuses)) {
    assert.match(status, /^[2-5]\d\d$/, name);
  }
  const lines = await until(() => {
    // Two workers write: the last line of one may be there before the first of the other.
    const found = logLines(join(folder, "logs"));
    const hasLast = found.some((line) => line.includes("\t/last\t"));
    return hasLast && found.length > 8 ? found : undefined;
  });
  for (const line of lines) {
    assert.equal(line.split("\t").length, standardFields.length, line);
    assert.match(line, /^[\x21-\x7e\t]+$/);
    assert.doesNotMatch(line, /["'<>|`{}^\\]/);
  }
  const records = await until(() => {
    const found = readFileSync(live, "utf8").trimEnd().split("\n");
    return found.some((line) => line.includes("\t/last\t")) ? found : undefined;
  });
  for (const line of records) {
    assert.equal(line.split("\t").length, fields.length, line);
    assert.match(line, /^[\x21-\x7e\t]+$/);
  }
  const { data } = (await (await fetch(`${node.api}/footlight/v1/traces?limit=100`)).json()) as {
    data: { items: readonly { id: string }[] };
  };
  assert.ok(data.items.length >= lines.length);
  for (const { id } of data.items) {
    const found = await fetch(`${node.api}/footlight/v1/trace?id=${encodeURIComponent(id)}`);
    assert.equal(found.status, 200);
    await found.json();
  }
  const metrics = await fetch(`${node.api}/footlight/v1/metrics?format=prometheus`);
  for (const line of (await metrics.text()).trimEnd().split("\n")) {
    assert.match(line, /^(?:#|footlight_[a-z_]+(?:\{[^{}]*\})? [-+.\deNaInf]+$)/, line);
  }
});

test("whatever a handshake names or a path holds, an explanation commands no terminal", async (t) => {
  const [node, origin] = await Promise.all([
    startTestNode({ https: true, args: ["--traces", "on"] }),
    startTestOrigin(),
  ]);
  t.after(() => Promise.all([node.stop(), origin.close()]));
  const { Distribution } = await node.client.send(
    new CreateDistributionCommand({
      DistributionConfig: buildConfig({ callerReference: "hostile", originPort: origin.port }),
    }),
  );
  const host = Distribution?.DomainName ?? "";
  const port = Number(new URL(node.edgeHttps ?? "").port);
  const names = [
    "a\tb.example.com",
    "\u001b[2J.example.com",
    '"%0a<>.example.com',
    "x".repeat(250),
  ];
  const statuses = [];
  for (const servername of names) statuses.push(await askSecurely(port, servername, host));
  assert.ok(statuses.includes("200"), statuses.join());
  await ask(
    Number(new URL(node.edge).port),
    `GET /\u009b31m HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
  );
  const { data } = (await (await fetch(`${node.api}/footlight/v1/traces?limit=100`)).json()) as {
    data: { items: readonly { id: string }[] };
  };
  assert.ok(data.items.length >= statuses.filter((status) => status !== "").length);
  for (const { id } of data.items) {
    const args = [bin, "explain", "--api", node.api, "--id", id];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    // oxlint-disable-next-line no-control-regex -- that none is there
    assert.doesNotMatch(stdout, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  }
});

test("filters of explanations are texts, whatever they look like", async (t) => {
  const node = await startTestNode({ args: ["--traces", "on"] });
  t.after(() => node.stop());
  await ask(
    Number(new URL(node.edge).port),
    "GET /kept HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
  );
  const odd = [
    "' OR 1=1 --",
    "\"; ATTACH '/tmp/x' AS x; --",
    "%",
    "_",
    "*'",
    "\0",
    "x".repeat(9000),
  ];
  for (const value of odd) {
    for (const name of ["id", "host", "path", "function", "distribution"]) {
      const query = new URLSearchParams({ [name]: value }).toString();
      const answer = await fetch(`${node.api}/footlight/v1/traces?${query}`);
      const text = await answer.text();
      if (answer.status === 200) {
        assert.deepEqual(
          (JSON.parse(text) as { data: { items: unknown[] } }).data.items,
          [],
          query,
        );
      } else assert.match(String(answer.status), /^4/, `${query}: ${text}`);
    }
    for (const query of [
      `status=${encodeURIComponent(value)}`,
      `limit=${encodeURIComponent(value)}`,
    ]) {
      const answer = await fetch(`${node.api}/footlight/v1/traces?${query}`);
      assert.match(String(answer.status), /^4/, query);
    }
  }
});

/** @returns the status; empty where the connection ended without one */
async function ask(port: number, request: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.setEncoding("latin1").on("data", (part: string) => {
    text += part;
  });
  socket.on("error", () => {});
  socket.write(request, "latin1");
  await once(socket, "close");
  return /^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? "";
}

/** @returns the status; empty where the handshake failed */
async function askSecurely(port: number, servername: string, host: string): Promise<string> {
  const options = { port, host: "127.0.0.1", servername, rejectUnauthorized: false };
  const socket = connectSecurely(options, () => {
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  });
  let text = "";
  socket.setEncoding("latin1").on("data", (part: string) => {
    text += part;
  });
  socket.on("error", () => {});
  await once(socket, "close");
  return /^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? "";
}

async function until<Value>(find: () => Value | undefined): Promise<Value> {
  for (;;) {
    const found = find();
    if (found !== undefined) return found;
    await setTimeout(50);
  }
}
