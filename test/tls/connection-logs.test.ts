/** What connection logs tell of viewers who show certificates, and function logs of connection functions. */
import "reflect-metadata";
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Map } from "immutable";
import { silentLogger } from "../../src/base/logger.ts";
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
  const fn = { kind: "connection-function", id: "cf_1", attributes: {}, deployRevision: 1 };
  const published = { ...fn, ...gate, live: gate } as unknown as Resource;
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
