/**
 * Terraform with the AWS provider: a site and everything around it is applied, planned without a
 * difference, updated, planned again and destroyed.
 *
 * It runs where Terraform is installed and finds the provider without asking a registry: through
 * the CLI configuration that TF_CLI_CONFIG_FILE names, or in the folder FOOTLIGHT_TF_PLUGINS. The
 * provider sleeps when a distribution that is enabled is destroyed, so they are disabled before.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { cpSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import {
  ListDistributionsCommand,
  ListFunctionsCommand,
  ListPublicKeysCommand,
} from "@aws-sdk/client-cloudfront";
import { getSignedUrl } from "@aws-sdk/cloudfront-signer";
import { startTestNode, temporaryFolder, type TestNode } from "../support/test-node.ts";
import { providerMirror, skipWithoutTerraform, terraformTestMs } from "../support/terraform.ts";
import { startTestOrigin, type TestOrigin } from "../support/test-origin.ts";
import { view } from "../support/viewer.ts";

const fixture = resolve(import.meta.dirname, "../fixtures/terraform/main.tf");
const skip = skipWithoutTerraform();

let node: TestNode;
let origin: TestOrigin;
/** The private key of the configuration's public one, in PEM. */
let signer: string;
let folder: string;
let environment: NodeJS.ProcessEnv;

before(async () => {
  if (skip !== false) return;
  node = await startTestNode();
  folder = temporaryFolder();
  cpSync(fixture, join(folder, "main.tf"));
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  signer = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
  origin = await startTestOrigin();
  environment = {
    ...process.env,
    CHECKPOINT_DISABLE: "1",
    TF_IN_AUTOMATION: "1",
    TF_CLI_CONFIG_FILE: mirrorConfig(),
    TF_VAR_api: node.api,
    TF_VAR_origin_port: String(origin.port),
    TF_VAR_public_key: publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
});
after(async () => {
  if (skip === false) await Promise.all([node.stop(), origin.close()]);
});

function mirrorConfig(): string {
  const file = join(folder, "cli.tfrc");
  const mirror = `filesystem_mirror {\n    path = ${JSON.stringify(providerMirror)}\n  }`;
  writeFileSync(file, `provider_installation {\n  ${mirror}\n}\n`);
  return file;
}

interface Variables {
  readonly word?: string;
  readonly attached?: boolean;
  readonly enabled?: boolean;
  readonly routed?: boolean;
}

/** @returns its exit code: a plan ends with 2 when there is a difference */
async function terraform(
  [command = "", ...args]: readonly string[],
  variables: Variables = {},
): Promise<{ readonly code: number; readonly output: string }> {
  const given = Object.entries(variables).map(([name, value]) => `-var=${name}=${value}`);
  const all = [command, "-no-color", ...args, ...given];
  const options = { cwd: folder, env: environment, timeout: 300_000, maxBuffer: 2 ** 26 };
  return new Promise((done, failed) => {
    execFile("terraform", all, options, (error, stdout, stderr) => {
      const output = stdout + stderr;
      if (error === null) done({ code: 0, output });
      else if (typeof error.code === "number") done({ code: error.code, output });
      else failed(error);
    });
  });
}

async function apply(variables: Variables): Promise<void> {
  const { code, output } = await terraform(["apply", "-auto-approve", "-input=false"], variables);
  assert.equal(code, 0, output);
}

async function assertNoDifference(variables: Variables): Promise<void> {
  const { code, output } = await terraform(
    ["plan", "-detailed-exitcode", "-input=false"],
    variables,
  );
  assert.equal(code, 0, output);
}

async function viewSite(path = "/", headers: Record<string, string> = {}): Promise<string> {
  const { output } = await terraform(["output", "-raw", "domain_name"]);
  return (await view(node.edge, output, path, { headers })).body;
}

/** Signs a path of the site with the key that the configuration has trusted. */
async function signed(path: string): Promise<string> {
  const { output } = await terraform(["output", "-raw", "domain_name"]);
  const { PublicKeyList } = await node.client.send(new ListPublicKeysCommand({}));
  const url = getSignedUrl({
    url: `http://${output}${path}`,
    keyPairId: PublicKeyList!.Items![0]!.Id!,
    privateKey: signer,
    dateLessThan: Date.now() + 600_000,
  });
  return url.slice(`http://${output}`.length);
}

const bounds = { skip, timeout: terraformTestMs };

test("Terraform applies, plans without a difference, updates and destroys", bounds, async () => {
  const init = await terraform(["init", "-input=false"]);
  assert.equal(init.code, 0, init.output);

  await apply({});
  assert.equal(await viewSite(), "one");
  await assertNoDifference({});

  const changed = { word: "two", attached: true };
  await apply(changed);
  assert.equal(await viewSite(), "two");
  assert.match(await viewSite("/private/a"), /<Code>MissingKey</);
  assert.equal(await viewSite(await signed("/private/a")), "GET /two/private/a");
  assert.equal(await viewSite("/a.txt", { "aws-cf-cd-word": "two" }), "GET /staging/a.txt");
  await assertNoDifference(changed);

  await apply({ ...changed, routed: false });
  const disabled = { ...changed, routed: false, enabled: false };
  await apply(disabled);

  const destroyed = await terraform(["destroy", "-auto-approve", "-input=false"], disabled);
  assert.equal(destroyed.code, 0, destroyed.output);
  const { DistributionList } = await node.client.send(new ListDistributionsCommand({}));
  const { FunctionList } = await node.client.send(new ListFunctionsCommand({}));
  assert.deepEqual([DistributionList?.Quantity, FunctionList?.Quantity], [0, 0]);
});
