/**
 * A node with `--auth sigv4`, and the real clients that sign: the JavaScript SDK (versions 4 and 4A),
 * boto3, the AWS CLI, curl and Terraform; and `footlight keys` beside the running node.
 */
import "@aws-sdk/signature-v4a";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import {
  CloudFrontClient,
  CreateFunctionCommand,
  CreateKeyValueStoreCommand,
  DeleteFunctionCommand,
  DescribeFunctionCommand,
  ListFunctionsCommand,
  PublishFunctionCommand,
  UpdateFunctionCommand,
} from "@aws-sdk/client-cloudfront";
import {
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  PutKeyCommand,
} from "@aws-sdk/client-cloudfront-keyvaluestore";
import { HttpRequest } from "@smithy/core/protocols";
import { Hash } from "@smithy/core/serde";
import { SignatureV4 } from "@smithy/signature-v4";
import { allowAll, policyText } from "../support/access-key.ts";
import { keyValueClientFor } from "../support/key-value-client.ts";
import { skipWithout } from "../support/optional.ts";
import type { Credentials } from "../support/signed-request.ts";
import { skipWithoutTerraform, startTerraform } from "../support/terraform.ts";
import { startTestNode, temporaryFolder, type TestNode } from "../support/test-node.ts";

const run = promisify(execFile);
const bin = resolve(import.meta.dirname, "../../bin/footlight.mjs");
const dataFolder = temporaryFolder();
const scratch = temporaryFolder();
let node: TestNode;
let admin: Credentials;

before(async () => {
  admin = await createKey(allowAll, "--user", "admin");
  node = await startTestNode({ dataFolder, args: ["--auth", "sigv4"] });
});
after(() => node.stop());

async function footlight(...args: string[]): Promise<string> {
  return (await run(process.execPath, [bin, ...args])).stdout;
}

async function createKey(policy: string, ...args: string[]): Promise<Credentials> {
  const file = join(scratch, "policy.json");
  writeFileSync(file, policy);
  const printed = await footlight(
    "keys",
    "create",
    "--data",
    dataFolder,
    "--policy",
    file,
    "--json",
    ...args,
  );
  const { AccessKeyId, SecretAccessKey, SessionToken } = JSON.parse(printed) as Record<
    string,
    string
  >;
  return {
    accessKeyId: AccessKeyId!,
    secretAccessKey: SecretAccessKey!,
    ...(SessionToken && { sessionToken: SessionToken }),
  };
}

function client(credentials: Credentials): CloudFrontClient {
  return new CloudFrontClient({
    endpoint: node.api,
    region: "ap-southeast-2",
    credentials,
    maxAttempts: 1,
  });
}

function functionInput(Name: string): {
  readonly Name: string;
  readonly FunctionConfig: { readonly Comment: string; readonly Runtime: "cloudfront-js-2.0" };
  readonly FunctionCode: Uint8Array;
} {
  const FunctionConfig = { Comment: "", Runtime: "cloudfront-js-2.0" } as const;
  const code = "function handler(event) { return event.request; }";
  return { Name, FunctionConfig, FunctionCode: Buffer.from(code) };
}

function environmentOf({
  accessKeyId,
  secretAccessKey,
  sessionToken,
}: Credentials): NodeJS.ProcessEnv {
  return {
    ...process.env,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken && { AWS_SESSION_TOKEN: sessionToken }),
    AWS_DEFAULT_REGION: "eu-central-1",
    AWS_REGION: "eu-central-1",
    AWS_PAGER: "",
  };
}

test("A key that may publish one function does that, and is refused all else", async () => {
  const arn = "arn:aws:cloudfront::000000000000:function/mine";
  const deployer = await createKey(
    policyText({ Effect: "Allow", Action: "cloudfront:PublishFunction", Resource: arn }),
    "--user",
    "deployer",
  );
  for (const name of ["mine", "yours"]) {
    await client(admin).send(new CreateFunctionCommand(functionInput(name)));
  }
  const publish = (Name: string): PublishFunctionCommand =>
    new PublishFunctionCommand({ Name, IfMatch: "ETVPDKIKX0DER" });
  await client(deployer).send(publish("mine"));

  await assert.rejects(client(deployer).send(publish("yours")), {
    name: "AccessDenied",
    message:
      "User: arn:aws:iam::000000000000:user/deployer is not authorized to perform: cloudfront:PublishFunction on resource: arn:aws:cloudfront::000000000000:function/yours because no identity-based policy allows the cloudfront:PublishFunction action",
  });
  await assert.rejects(client(deployer).send(new ListFunctionsCommand({})), {
    name: "AccessDenied",
  });
  const live = new DescribeFunctionCommand({ Name: "yours", Stage: "LIVE" });
  await assert.rejects(client(admin).send(live), { name: "NoSuchFunctionExists" });
});

test("A key counts from the moment it is made, and no longer once it is deleted", async () => {
  const key = await createKey(allowAll);
  await client(key).send(new ListFunctionsCommand({}));
  await footlight("keys", "delete", key.accessKeyId, "--data", dataFolder);
  await assert.rejects(client(key).send(new ListFunctionsCommand({})), {
    name: "InvalidClientTokenId",
  });
  assert.doesNotMatch(
    await footlight("keys", "list", "--data", dataFolder),
    new RegExp(key.accessKeyId),
  );
});

test("A header that comes twice is signed with its values joined, as AWS's examples do", async () => {
  const { host } = new URL(node.api);
  const signer = new SignatureV4({
    credentials: admin,
    region: "eu-west-1",
    service: "cloudfront",
    sha256: Hash.bind(null, "sha256"),
  });
  const path = "/2020-05-31/function";
  const joined = { host, "my-header": "value2,value1" };
  const signed = await signer.sign(new HttpRequest({ method: "GET", path, headers: joined }));
  const ask = (values: string[]): Promise<number | undefined> =>
    new Promise((done, fail) => {
      const headers = { ...signed.headers, "my-header": values };
      const request = get(node.api + path, { headers }, (response) => {
        response.resume();
        done(response.statusCode);
      });
      request.on("error", fail);
    });
  assert.equal(await ask(["value2", "value1"]), 200);
  assert.equal(await ask(["value1", "value2"]), 403);
});

test("A temporary key needs its session token", async () => {
  const { sessionToken, ...key } = await createKey(allowAll, "--expires-in", "900");
  assert.match(key.accessKeyId, /^ASIA/);
  await client({ ...key, sessionToken: sessionToken! }).send(new ListFunctionsCommand({}));
  await assert.rejects(client(key).send(new ListFunctionsCommand({})), {
    name: "InvalidClientTokenId",
  });
});

test("The JavaScript SDK reaches the data API with version 4A, and is refused what it may not", async () => {
  const { KeyValueStore } = await client(admin).send(
    new CreateKeyValueStoreCommand({ Name: "flags" }),
  );
  const KvsARN = KeyValueStore!.ARN!;
  const writer = keyValueClientFor(node.api, { credentials: admin });
  const { ETag } = await writer.send(new DescribeKeyValueStoreCommand({ KvsARN }));
  await writer.send(new PutKeyCommand({ KvsARN, IfMatch: ETag, Key: "a/b c", Value: "1" }));

  const reader = keyValueClientFor(node.api, {
    credentials: await createKey(
      policyText({
        Effect: "Allow",
        Action: "cloudfront-keyvaluestore:Get*",
        Resource: KvsARN,
      }),
    ),
  });
  const { Value } = await reader.send(new GetKeyCommand({ KvsARN, Key: "a/b c" }));
  assert.equal(Value, "1");
  await assert.rejects(
    reader.send(new PutKeyCommand({ KvsARN, IfMatch: ETag, Key: "a", Value: "2" })),
    { name: "AccessDeniedException", message: /cloudfront-keyvaluestore:PutKey on resource: arn/ },
  );
  const impostor = keyValueClientFor(node.api, {
    credentials: { ...admin, secretAccessKey: "wrong" },
  });
  await assert.rejects(impostor.send(new GetKeyCommand({ KvsARN, Key: "a/b c" })), {
    name: "SignatureDoesNotMatch",
  });
});

test("footlight history prints versions and publishes, by whom and from where", async () => {
  const Name = "storied";
  const { ETag } = await client(admin).send(new CreateFunctionCommand(functionInput(Name)));
  await client(admin).send(new PublishFunctionCommand({ Name, IfMatch: ETag }));
  const edited = { ...functionInput(Name), FunctionCode: Buffer.from("function handler() {}") };
  const updated = await client(admin).send(new UpdateFunctionCommand({ ...edited, IfMatch: ETag }));
  await client(admin).send(new PublishFunctionCommand({ Name, IfMatch: updated.ETag }));
  await client(admin).send(new CreateFunctionCommand(functionInput("storied-other")));

  const { stdout } = await run(
    process.execPath,
    [bin, "history", Name, "--api", node.api, "--json"],
    { env: environmentOf(admin) },
  );
  const { items, changes: entries } = JSON.parse(stdout) as Record<
    "items" | "changes",
    Record<string, unknown>[]
  >;
  assert.deepEqual(
    items.map(({ version, published_by }) => [version, published_by]),
    [
      [2, admin.accessKeyId],
      [1, admin.accessKeyId],
    ],
  );
  assert.deepEqual(
    entries.map(({ what, version, size_bytes }) => [what, version, size_bytes]),
    [
      ["created", undefined, 49],
      ["published", 1, 49],
      ["updated", undefined, 21],
      ["published", 2, 21],
    ],
  );
  for (const { principal, source_ip } of entries) {
    assert.deepEqual([principal, source_ip], [admin.accessKeyId, "127.0.0.1"]);
  }
  const { AWS_ACCESS_KEY_ID: _, ...unsigned } = environmentOf(admin);
  await assert.rejects(
    run(process.execPath, [bin, "history", Name, "--api", node.api], { env: unsigned }),
    /MISSING_AUTHENTICATION_TOKEN: Missing Authentication Token/,
  );
});

test("footlight cache shows viewers' data only to who may see them", async () => {
  const ask = (credentials: Credentials, ...args: string[]) =>
    run(process.execPath, [bin, "cache", "--api", node.api, ...args], {
      env: environmentOf(credentials),
    });
  const counting = await createKey(
    policyText({ Effect: "Allow", Action: "footlight:ReadCache", Resource: "*" }),
  );
  const { stdout, stderr } = await ask(counting);
  assert.match(stdout, /^On disk .* of 1\.0 GB, 0 objects$/m);
  assert.match(stderr, /no objects are listed: ACCESS_DENIED: /);
  await assert.rejects(ask(counting, "any.example/a b"), /ACCESS_DENIED/);
  const header = ["--header", "Cookie: a=1; b=2", "--header", "X-Other: é"];
  await assert.rejects(ask(admin, "any.example/?a=1&b=%20", ...header), /NO_SUCH_DISTRIBUTION/);
});

test("What is under /footlight/ and /openapi.json tells nothing without a signature", async () => {
  for (const path of [
    "/openapi.json",
    "/footlight/v1/health",
    "/footlight/v1/changes",
    "/footlight/v1/cache",
    "/footlight/v1/cache/objects",
    "/footlight/v1/cache/object?url=any.example",
    "/footlight/x",
  ]) {
    const response = await fetch(node.api + path);
    assert.equal(response.status, 403, path);
    const { error } = (await response.json()) as { readonly error: { readonly code: string } };
    assert.equal(error.code, "MISSING_AUTHENTICATION_TOKEN");
  }
});

test("Secrets are in no file of the data folder, no message and no audit", async () => {
  await createKey(allowAll);
  const { secretAccessKey } = admin;
  const files = readdirSync(dataFolder, { recursive: true, withFileTypes: true });
  for (const { name, parentPath } of files.filter((entry) => entry.isFile())) {
    const bytes = readFileSync(join(parentPath, name));
    assert.ok(!bytes.includes(secretAccessKey), name);
  }
  assert.ok(!node.stderr().includes(secretAccessKey));
  assert.ok(
    !(await footlight("keys", "list", "--json", "--data", dataFolder)).includes(secretAccessKey),
  );
});

const noAwsCli = skipWithout(["aws", "--version"]);

test(
  "The AWS CLI signs, and is told what is wrong in AWS's words",
  { skip: noAwsCli },
  async () => {
    const aws = async (credentials: Credentials, ...args: string[]): Promise<string> => {
      const options = { env: environmentOf(credentials) };
      return (await run("aws", ["--endpoint-url", node.api, "cloudfront", ...args], options))
        .stdout;
    };
    await client(admin).send(new CreateFunctionCommand(functionInput("cli")));
    await aws(admin, "publish-function", "--name", "cli", "--if-match", "ETVPDKIKX0DER");
    const resource = "arn:aws:cloudfront::000000000000:function/cli";
    await aws(admin, "list-tags-for-resource", "--resource", resource);
    await assert.rejects(
      aws({ ...admin, secretAccessKey: "wrong" }, "list-functions"),
      /An error occurred \(SignatureDoesNotMatch\) when calling the ListFunctions operation/,
    );
    await assert.rejects(
      aws(admin, "list-functions", "--no-sign-request"),
      /An error occurred \(MissingAuthenticationToken\)/,
    );
  },
);

const noBoto3 = skipWithout(["python3", "-c", "import boto3"]);
const script = `
import boto3, sys, urllib.request, urllib.error
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
api = sys.argv[1]
session = boto3.Session()
cf = session.client("cloudfront", endpoint_url=api)
made = cf.create_function(Name="boto3", FunctionConfig={"Comment": "a b", "Runtime": "cloudfront-js-2.0"},
                          FunctionCode=b"function handler(event) { return event.request; }")
cf.publish_function(Name="boto3", IfMatch=made["ETag"])
request = AWSRequest("GET", api + "/2020-05-31/function?Stage=LIVE", headers={"Host": api.split("//")[1]})
SigV4QueryAuth(session.get_credentials(), "cloudfront", session.region_name, expires=60).add_auth(request)
print(b"boto3" in urllib.request.urlopen(request.url).read())
try:
    urllib.request.urlopen(request.url.replace("LIVE", "DEVELOPMENT"))
except urllib.error.HTTPError as error:
    print(error.code, b"SignatureDoesNotMatch" in error.read())
`;

test("boto3 signs, in headers and in a presigned URL", { skip: noBoto3 }, async () => {
  const key = await createKey(allowAll, "--expires-in", "900");
  const { stdout } = await run("python3", ["-c", script, node.api], { env: environmentOf(key) });
  assert.equal(stdout, "True\n403 True\n");
});

const noTerraform = skipWithoutTerraform();

test("Terraform signs both APIs, with versions 4 and 4A", { skip: noTerraform }, async () => {
  const { port } = new URL(node.api);
  const terraform = await startTerraform(
    temporaryFolder(),
    `
  http_proxy = "${node.api}"
  endpoints {
    cloudfront              = "${node.api}"
    cloudfrontkeyvaluestore = "http://footlight:${port}"
  }`,
    admin,
  );
  terraform.write(`
resource "aws_cloudfront_key_value_store" "flags" {
  name = "terraform"
}

resource "aws_cloudfrontkeyvaluestore_key" "flag" {
  key_value_store_arn = aws_cloudfront_key_value_store.flags.arn
  key                 = "b/ü"
  value               = "1"
}
`);
  await terraform.run("apply", "-auto-approve");
  await terraform.run("plan", "-detailed-exitcode"); // 0: nothing left to do
  assert.match(await terraform.run("destroy", "-auto-approve"), /Destroy complete/);
});

test("A node refuses to open its API to a network without --auth, unless told so", async () => {
  const folder = temporaryFolder();
  const args = ["--data", folder, "--api-host", "0.0.0.0"];
  await assert.rejects(startTestNode({ dataFolder: folder, args }), (error: Error) => {
    assert.match(error.message, /ended with 2/);
    assert.match(error.message, /--api-host 0\.0\.0\.0 is not loopback.*--auth sigv4.*--insecure/);
    return true;
  });
  for (const flags of [["--insecure"], ["--auth", "sigv4"]]) {
    const open = await startTestNode({ dataFolder: folder, args: [...args, ...flags] });
    assert.equal(await open.stop(), 0);
  }
});

test("A node says so when it cannot read the secrets of its keys", async () => {
  const secretKeyFile = join(scratch, "other.key");
  writeFileSync(secretKeyFile, `${"ab".repeat(32)}\n`, { mode: 0o600 });
  const args = ["--auth", "sigv4", "--secret-key-file", secretKeyFile];
  await assert.rejects(
    startTestNode({ dataFolder, args }),
    /The secret of access key AKIA\w+ cannot be read: it was encrypted with another secret key/,
  );
  const missing = ["--auth", "sigv4", "--secret-key-file", join(scratch, "none.key")];
  await assert.rejects(
    startTestNode({ dataFolder, args: missing }),
    /the secret key they were encrypted with is missing: there is no .*none\.key/,
  );
});

test("A key that is denied deletions makes a function, and cannot delete it", async () => {
  const key = await createKey(
    policyText(
      { Effect: "Allow", Action: "cloudfront:*", Resource: "*" },
      { Effect: "Deny", Action: "cloudfront:Delete*", Resource: "*" },
    ),
  );
  await client(key).send(new CreateFunctionCommand(functionInput("kept")));
  await assert.rejects(
    client(key).send(new DeleteFunctionCommand({ Name: "kept", IfMatch: "ETVPDKIKX0DER" })),
    { name: "AccessDenied", message: /with an explicit deny in an identity-based policy$/ },
  );
});
