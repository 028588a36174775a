/**
 * A started node whose viewers show certificates: its connection logs, and the function logs of its connection
 * function, as the operator reads them.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { connect } from "node:tls";
import { promisify } from "node:util";
import {
  CreateConnectionFunctionCommand,
  CreateDistributionCommand,
  CreateTrustStoreCommand,
  PublishConnectionFunctionCommand,
} from "@aws-sdk/client-cloudfront";
import type { PemPair } from "../../src/certificates/local-authority.ts";
import { connectionFields } from "../../src/edge/record/connection/connection-fields.ts";
import { buildConfig } from "../support/distribution-config.ts";
import { logFiles } from "../support/log-folder.ts";
import { startTestNode, temporaryFolder } from "../support/test-node.ts";
import { startTestOrigin } from "../support/test-origin.ts";
import { makeClient, makeClientRoot } from "./client-authority.ts";

const bin = resolve(import.meta.dirname, "../../bin/footlight.mjs");
const source = `function connectionHandler(connection) {
  var subject = connection.clientCertInfo.subject;
  console.log('who ' + subject);
  connection.logCustomData('floor 3');
  if (subject.includes('broken')) null.x;
  if (subject.includes('stolen')) connection.deny();
  else connection.allow();
}`;

interface LoggedRun {
  readonly request_id: string;
  readonly function: string;
  readonly lines: readonly string[];
  readonly error?: string;
  readonly line?: number;
  readonly is_of_connection?: boolean;
}

test("connections of real clients are in the files, and what their function printed in footlight logs", async (t) => {
  const authority = await makeClientRoot();
  const folder = temporaryFolder();
  const [logs, trust, deliveries] = ["logs", "trust", "deliveries.json"].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  mkdirSync(trust);
  writeFileSync(join(trust, "bundle.pem"), authority.certificate);
  writeFileSync(deliveries, JSON.stringify([{ logType: "CONNECTION_LOGS", bucket: "doors" }]));
  const origin = await startTestOrigin();
  const node = await startTestNode({
    ...{ https: true, workers: 2 },
    args: [
      ...["--import-sources", `trust=${trust}`, "--access-log", logs],
      ...["--access-log-deliveries", deliveries],
    ],
  });
  t.after(() => Promise.all([node.stop(), origin.close()]));
  const { client } = node;
  const { TrustStore } = await client.send(
    new CreateTrustStoreCommand({
      Name: "devices",
      CaCertificatesBundleSource: {
        CaCertificatesBundleS3Location: { Bucket: "trust", Key: "bundle.pem", Region: "us-east-1" },
      },
    }),
  );
  const { ConnectionFunctionSummary, ETag } = await client.send(
    new CreateConnectionFunctionCommand({
      Name: "gate",
      ConnectionFunctionConfig: { Comment: "", Runtime: "cloudfront-js-2.0" },
      ConnectionFunctionCode: Buffer.from(source),
    }),
  );
  const Id = ConnectionFunctionSummary?.Id ?? "";
  await client.send(new PublishConnectionFunctionCommand({ Id, IfMatch: ETag }));
  const { Distribution } = await client.send(
    new CreateDistributionCommand({
      DistributionConfig: {
        ...buildConfig({ callerReference: "doors", originPort: origin.port }),
        ViewerMtlsConfig: {
          Mode: "required",
          TrustStoreConfig: { TrustStoreId: TrustStore?.Id ?? "" },
        },
        ConnectionFunctionAssociation: { Id },
      },
    }),
  );
  const host = Distribution?.DomainName ?? "";
  const port = Number(new URL(node.edgeHttps ?? "").port);
  const clients = {
    good: await makeClient(authority, { subject: "CN=door 7" }),
    stolen: await makeClient(authority, { subject: "CN=stolen" }),
    broken: await makeClient(authority, { subject: "CN=broken" }),
    strange: await makeClient(await makeClientRoot()),
  };
  const isServed: Record<string, boolean> = {};
  for (const [name, pair] of Object.entries(clients)) {
    isServed[name] = (await ask(port, host, pair)).startsWith("HTTP/1.1 200");
  }
  assert.deepEqual(isServed, { good: true, stolen: false, broken: false, strange: false });

  let runs: readonly LoggedRun[] = [];
  while (runs.length < 3) {
    const args = [bin, "logs", "gate", "--json", "--api", node.api];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    runs = stdout
      .split("\n")
      .flatMap((line) => (line === "" ? [] : [JSON.parse(line) as LoggedRun]));
  }
  let files: readonly string[] = [];
  while (recordsOf(files).length < 4) {
    await setTimeout(50);
    files = Object.values(logFiles(logs));
  }
  const records = recordsOf(files);
  assert.deepEqual(
    records.map((record) => [record["connectionStatus"], record["clientLeafCertSubject"]]),
    [
      ["Success", "CN=door%207"],
      ["Failed:ConnectionFunctionDenied", "CN=stolen"],
      ["Failed:ConnectionFunctionError", "CN=broken"],
      ["Failed:ClientCertUntrusted", "-"],
    ],
  );
  assert.deepEqual(
    records.map((record) => record["connectionLogCustomData"]),
    ["floor%203", "floor%203", "-", "-"],
  );
  for (const record of records) {
    assert.deepEqual(Object.keys(record), connectionFields);
    assert.equal(record["tlsSni"], host);
    assert.equal(record["distributionId"], Distribution?.Id);
    assert.equal(record["clientIp"], "127.0.0.1");
    assert.match(record["tlsProtocol"] ?? "", /^TLSv1\.[23]$/);
  }
  assert.deepEqual(
    runs.map(({ lines, line, is_of_connection }) => [lines, line, is_of_connection]),
    [
      [["who CN=door 7"], undefined, true],
      [["who CN=stolen"], undefined, true],
      [["who CN=broken"], 5, true],
    ],
  );
  assert.match(runs[2]?.error ?? "", /cannot get property "x" of null/);
  assert.deepEqual(
    runs.map(({ request_id }) => request_id),
    records.slice(0, 3).map((record) => record["connectionId"]),
  );
});

/** In the order of their times. */
function recordsOf(files: readonly string[]): readonly Readonly<Record<string, string>>[] {
  return files
    .flatMap((text) => text.trimEnd().split("\n"))
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const values = line.split("\t");
      return Object.fromEntries(connectionFields.map((name, index) => [name, values[index] ?? ""]));
    })
    .toSorted((one, other) => (one["eventTimestamp"]! < other["eventTimestamp"]! ? -1 : 1));
}

/** @returns what was answered, empty where the connection ended before that */
function ask(port: number, host: string, { certificate, privateKey }: PemPair): Promise<string> {
  return new Promise((settle) => {
    const socket = connect({
      ...{ host: "127.0.0.1", port, servername: host, rejectUnauthorized: false },
      ...{ cert: certificate, key: privateKey },
    });
    let text = "";
    socket.setEncoding("latin1").on("data", (part: string) => {
      text += part;
    });
    socket.on("error", () => {});
    socket.on("close", () => settle(text));
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  });
}
