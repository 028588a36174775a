/** What connection logs tell of viewers who show certificates, and function logs of connection functions. */
import "reflect-metadata";
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Map } from "immutable";
import { silentLogger } from "../../src/base/logger.ts";
import { connectionFields } from "../../src/edge/record/connection/connection-fields.ts";
import { asFunction, withPublished } from "../../src/model/connection-function.ts";
import { publishedOnce } from "../../src/model/function-versions.ts";
import type { Resource } from "../../src/model/resource.ts";
import { openAccessLogs } from "../../src/node/access-logs.ts";
import {
  openFunctionLogs,
  functionLogFolder,
  readFunctionLogs,
} from "../../src/node/function-logs.ts";
import { createRuntime } from "../../src/runtime/isolate-runtime.ts";
import { domainName } from "../edge/viewer-scene.ts";
import { logLines } from "../support/log-folder.ts";
import { temporaryFolder } from "../support/test-node.ts";
import { startCertificateScene, trustStore, wantedBy } from "./certificate-scene.ts";
import { makeClient, makeClientRoot } from "./client-authority.ts";
import { askOn } from "./secure-scene.ts";

const root = await makeClientRoot();
const good = await makeClient(root);
const strange = await makeClient(await makeClientRoot());

const source = `function connectionHandler(c) {
  console.log('who ' + c.clientCertInfo.subject);
  c.logCustomData('müde; tab\\t');
  if (c.endpoint === 'never') c.deny();
  null.x;
}`;

const gate = {
  config: {
    Name: "gate",
    ConnectionFunctionConfig: { Comment: "", Runtime: "cloudfront-js-2.0" },
    ConnectionFunctionCode: Buffer.from(source).toString("base64"),
  },
  ...{ version: 1, createdTime: "", lastModifiedTime: "" },
};

test("each connection is told in CloudFront's fields, and its function's failure with the line", async (t) => {
  const runtime = createRuntime();
  t.after(() => runtime.close());
  const saved = {
    ...{ kind: "connection-function", id: "cf_1", attributes: {}, deployRevision: 1 },
    ...gate,
  } as unknown as Resource<"connection-function">;
  const fn = asFunction(saved);
  const published: Resource = withPublished(saved, publishedOnce(fn, fn.development));
  const config = { ...wantedBy("required"), ConnectionFunctionAssociation: { Id: "cf_1" } };
  const scene = await startCertificateScene(t, config, {
    runtime,
    resources: trustStore(root).set("connection-function", Map([["cf_1", published]])),
  });
  for (const { certificate: cert, privateKey: key } of [good, strange]) {
    await scene
      .connect({ servername: domainName, cert, key })
      .then((socket) =>
        askOn(
          socket.on("error", () => {}),
          "/",
          domainName,
        ),
      )
      .catch(() => undefined);
  }
  while (scene.records.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));

  const folder = temporaryFolder();
  const deliveries = join(folder, "deliveries.json");
  const every = { logType: "CONNECTION_LOGS", outputFormat: "json" };
  writeFileSync(
    deliveries,
    JSON.stringify([
      { ...every, bucket: "connections" },
      { ...every, bucket: "others", distributionId: "E2" },
      { bucket: "requests" },
    ]),
  );
  const logs = openAccessLogs({
    settings: {
      ...{ accessLog: folder, accessLogDeliveries: deliveries, logStreams: "" },
      ...{ logSecrets: "masked", account: "000000000000", pop: "FRA56-P4", edgeHost: "192.0.2.1" },
    },
    places: undefined,
    logger: silentLogger,
  });
  const functionLogs = openFunctionLogs({ data: folder, logSecrets: "masked" }, silentLogger);
  for (const record of scene.records) {
    logs?.connection?.(record);
    functionLogs.connection(record);
  }
  await Promise.all([logs?.close(), functionLogs.close()]);
  assert.deepEqual(
    [logLines(join(folder, "others")), logLines(join(folder, "requests"))],
    [[], []],
  );
  const told = logLines(join(folder, "connections")).map(
    (line) => JSON.parse(line) as Record<string, string>,
  );
  const [first, second] = told;
  assert.match(first?.["eventTimestamp"] ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.match(first?.["tlsHandshakeDuration"] ?? "", /^\d+$/);
  assert.equal(first?.["connectionId"], scene.records[0]?.id);
  assert.equal(first?.["connectionStatus"], "Failed:ConnectionFunctionError");
  assert.deepEqual(
    [first?.["clientIp"], first?.["serverIp"], first?.["distributionId"], first?.["tlsSni"]],
    ["127.0.0.1", "192.0.2.1", "E1", domainName],
  );
  assert.equal(first?.["clientLeafCertSerialNumber"], "4a:3f:5c:92");
  assert.equal(first?.["clientLeafCertSubject"], "O=Example,CN=device%207");
  assert.match(first?.["clientLeafCertValidity"] ?? "", /^NotBefore=2\S+Z;NotAfter=2\S+Z$/);
  assert.equal(first?.["connectionLogCustomData"], "-");
  assert.equal(second?.["connectionStatus"], "Failed:ClientCertUntrusted");
  assert.equal(second?.["clientLeafCertSubject"], "-");

  const query = { name: "gate", distribution: undefined, since: 0, grep: undefined, after: {} };
  const { runs } = await readFunctionLogs(functionLogFolder(folder), query);
  assert.equal(runs.length, 1);
  const { lines, error, line, requestId, isOfConnection } = runs[0]!;
  assert.deepEqual(
    { lines, line, requestId, isOfConnection },
    {
      lines: ["who O=Example,CN=device 7"],
      line: 5,
      requestId: scene.records[0]?.id,
      isOfConnection: true,
    },
  );
  assert.match(error ?? "", /cannot get property "x" of null/);
});

test("whatever the handshake names, each connection is one line with as many fields", async (t) => {
  const wild = { Aliases: { Quantity: 1, Items: ["*.example.com"] } };
  const scene = await startCertificateScene(
    t,
    { ...wantedBy("optional"), ...wild },
    {
      resources: trustStore(root),
    },
  );
  const folder = temporaryFolder();
  const deliveries = join(folder, "deliveries.json");
  const every = { logType: "CONNECTION_LOGS", bucket: "connections" };
  writeFileSync(deliveries, JSON.stringify([{ ...every, outputFormat: "w3c" }]));
  let connected = 0;
  for (const label of hostileLabels) {
    const servername = `${label}.example.com`;
    await scene.connect({ servername, rejectUnauthorized: false }).then(
      (socket) => {
        connected += 1;
        socket.destroy();
      },
      // OpenSSL may not take it.
      () => {},
    );
  }
  assert.ok(connected >= 4, `${connected} are let in`);
  while (scene.records.length < connected) await new Promise((resolve) => setTimeout(resolve, 10));
  const records = [...scene.records];
  const logs = openAccessLogs({
    settings: {
      ...{ accessLog: folder, accessLogDeliveries: deliveries, logStreams: "" },
      ...{ logSecrets: "masked", account: "000000000000", pop: "FRA56-P4", edgeHost: "192.0.2.1" },
    },
    places: undefined,
    logger: silentLogger,
  });
  for (const record of records) logs?.connection?.(record);
  await logs?.close();
  const lines = logLines(join(folder, "connections"));
  assert.equal(lines.length, records.length);
  for (const line of lines) {
    assert.equal(line.split("\t").length, connectionFields.length);
    assert.match(line, /^[\x21-\x7e\t]+$/);
  }
});

/** What a name in a handshake may be made of; none may end a line, a field or a file's path. */
const hostileLabels = [
  ...["a\tb", "a\nb\r\nc", 'quote"%0a', "a b", "../../etc/passwd", "\u001b[31m", "ä\u0080ÿ"],
  ...["x".repeat(230), "{}|^`<>", "#Fields:"],
];
