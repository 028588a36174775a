/** Clients of the API by https, each with the exported root as its own documentation says. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { ListFunctionsCommand } from "@aws-sdk/client-cloudfront";
import { skipWithout } from "../support/optional.ts";
import { skipWithoutTerraform, startTerraform } from "../support/terraform.ts";
import { startTestNode, temporaryFolder, type TestNode } from "../support/test-node.ts";

const run = promisify(execFile);
let node: TestNode;
let root: string;

before(async () => {
  node = await startTestNode({ command: "control", args: ["--api-tls", "local"] });
  root = join(node.dataFolder, "ca/root.crt");
});
after(() => node.stop());

async function ask(program: string, args: readonly string[], more: NodeJS.ProcessEnv = {}) {
  const env = {
    ...process.env,
    AWS_ACCESS_KEY_ID: "any",
    AWS_SECRET_ACCESS_KEY: "any",
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_PAGER: "",
    ...more,
  };
  const { stdout } = await run(program, args, { cwd: temporaryFolder(), env });
  return JSON.parse(stdout) as { readonly [member: string]: unknown };
}

test("The AWS CLI, by AWS_CA_BUNDLE", { skip: skipWithout(["aws", "--version"]) }, async () => {
  const args = ["--endpoint-url", node.api, "cloudfront", "list-functions"];
  const { FunctionList } = await ask("aws", args, { AWS_CA_BUNDLE: root });
  assert.deepEqual(FunctionList, { MaxItems: 100, Quantity: 0 });
  await assert.rejects(ask("aws", args), /SSL validation failed|certificate verify failed/i);
});

const script = `
import boto3, json, sys
cf = boto3.client("cloudfront", endpoint_url=sys.argv[1])
print(json.dumps({"quantity": cf.list_functions()["FunctionList"]["Quantity"]}))
`;

test(
  "boto3, by AWS_CA_BUNDLE",
  { skip: skipWithout(["python3", "-c", "import boto3"]) },
  async () => {
    const answer = await ask("python3", ["-c", script, node.api], { AWS_CA_BUNDLE: root });
    assert.deepEqual(answer, { quantity: 0 });
  },
);

test("curl, by --cacert", { skip: skipWithout(["curl", "--version"]) }, async () => {
  const asked = ["--silent", "--fail", "--cacert", root, `${node.api}/openapi.json`];
  const { servers } = await ask("curl", asked);
  assert.deepEqual(servers, [{ url: node.api }]);
});

const resource = `
resource "aws_cloudfront_function" "page" {
  name    = "page"
  runtime = "cloudfront-js-2.0"
  code    = "function handler(event) { return event.request; }"
}
`;

test(
  "Terraform's AWS provider, by custom_ca_bundle",
  { skip: skipWithoutTerraform() },
  async () => {
    const endpoint = `custom_ca_bundle = "${root}"\n  endpoints {\n    cloudfront = "${node.api}"\n  }`;
    const terraform = await startTerraform(temporaryFolder(), endpoint);
    terraform.write(resource);
    await terraform.run("apply", "-auto-approve");
    const { FunctionList } = await node.client.send(new ListFunctionsCommand());
    assert.equal(FunctionList?.Items?.[0]?.Name, "page");
  },
);
