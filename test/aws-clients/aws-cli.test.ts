/** The README's terminal session, through the AWS CLI and curl. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { buildConfig } from "../support/distribution-config.ts";
import { skipWithout } from "../support/optional.ts";
import { startTestNode, temporaryFolder, type TestNode } from "../support/test-node.ts";
import { startTestOrigin, type TestOrigin } from "../support/test-origin.ts";

const run = promisify(execFile);
const skip = skipWithout(["aws", "--version"]);
const folder = temporaryFolder();
let node: TestNode;
let origin: TestOrigin;

before(async () => {
  [node, origin] = await Promise.all([startTestNode(), startTestOrigin()]);
});
after(async () => {
  await Promise.all([node.stop(), origin.close()]);
});

interface Answer {
  readonly [member: string]: unknown;
}

async function aws(...args: string[]): Promise<Answer> {
  const { stdout } = await run("aws", ["--endpoint-url", node.api, "cloudfront", ...args], {
    cwd: folder,
    env: {
      ...process.env,
      AWS_ACCESS_KEY_ID: "any",
      AWS_SECRET_ACCESS_KEY: "any",
      AWS_REGION: "us-east-1",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_PAGER: "",
    },
  });
  return stdout === "" ? {} : (JSON.parse(stdout) as Answer);
}

/** curl resolves every name below .localhost to this machine by itself. */
async function curl(url: string): Promise<string> {
  return (await run("curl", ["--silent", "--fail-with-body", url])).stdout;
}

function save(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return `file://${name}`;
}

const code = (folderName: string): string =>
  `function handler(event) { event.request.uri = '/${folderName}' + event.request.uri; return event.request; }\n`;

test("The AWS CLI publishes a function, and curl gets its rewrite", { skip }, async () => {
  save("rewrite.js", code("one"));
  save(
    "event.json",
    JSON.stringify({
      version: "1.0",
      context: { eventType: "viewer-request" },
      viewer: { ip: "1.2.3.4" },
      request: { method: "GET", uri: "/docs", headers: {}, cookies: {}, querystring: {} },
    }),
  );
  const config = ["--function-config", "Comment=hi,Runtime=cloudfront-js-2.0"];
  const { ETag: first } = await aws(
    ...["create-function", "--name", "rewrite", ...config],
    ...["--function-code", "fileb://rewrite.js"],
  );
  const tested = await aws(
    ...["test-function", "--name", "rewrite", "--if-match", String(first)],
    ...["--event-object", "fileb://event.json"],
  );
  const { FunctionOutput } = tested["TestResult"] as { FunctionOutput: string };
  assert.equal(JSON.parse(FunctionOutput).request.uri, "/one/docs");

  await aws("publish-function", "--name", "rewrite", "--if-match", String(first));
  const site = save(
    "site.json",
    JSON.stringify(
      buildConfig({ callerReference: "cli", originPort: origin.port, viewerRequest: "rewrite" }),
    ),
  );
  const made = await aws("create-distribution", "--distribution-config", site);
  const { Id, DomainName } = made["Distribution"] as { Id: string; DomainName: string };
  await aws("wait", "distribution-deployed", "--id", Id);
  const url = `http://${DomainName}:${new URL(node.edge).port}/docs`;
  assert.equal(await curl(url), "GET /one/docs");

  save("rewrite.js", code("two"));
  const { ETag: second } = await aws(
    ...["update-function", "--name", "rewrite", "--if-match", String(first), ...config],
    ...["--function-code", "fileb://rewrite.js"],
  );
  assert.equal(await curl(url), "GET /one/docs");
  await aws("publish-function", "--name", "rewrite", "--if-match", String(second));
  assert.equal(await curl(url), "GET /two/docs");

  const { ETag: live } = await aws(
    ...["get-function", "--name", "rewrite", "--stage", "LIVE", "live.js"],
  );
  assert.equal(live, second);
});

test("The AWS CLI is told what is wrong with a stale ETag", { skip }, async () => {
  save("stale.js", code("stale"));
  await aws(
    ...["create-function", "--name", "stale", "--function-code", "fileb://stale.js"],
    ...["--function-config", "Comment=,Runtime=cloudfront-js-2.0"],
  );
  await assert.rejects(
    aws("publish-function", "--name", "stale", "--if-match", "E3UN6WX5RRO2AG"),
    /PreconditionFailed.*ETVPDKIKX0DER/s,
  );
});
