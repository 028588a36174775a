/** The main job through boto3. The script stands here whole, as someone would write it. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { buildConfig } from "../support/distribution-config.ts";
import { skipWithout } from "../support/optional.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { startTestOrigin, type TestOrigin } from "../support/test-origin.ts";

const run = promisify(execFile);
const skip = skipWithout(["python3", "-c", "import boto3"]);
let node: TestNode;
let origin: TestOrigin;

before(async () => {
  [node, origin] = await Promise.all([startTestNode(), startTestOrigin()]);
});
after(async () => {
  await Promise.all([node.stop(), origin.close()]);
});

const script = `
import boto3, json, sys, urllib.request
api, edge, config = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
cf = boto3.client("cloudfront", endpoint_url=api, region_name="us-east-1",
                  aws_access_key_id="any", aws_secret_access_key="any")
code = lambda n: ("function handler(event) { return { statusCode: 200, body: '%s' }; }" % n).encode()
settings = {"Comment": "", "Runtime": "cloudfront-js-2.0"}

etag = cf.create_function(Name="page", FunctionConfig=settings, FunctionCode=code("one"))["ETag"]
cf.publish_function(Name="page", IfMatch=etag)
made = cf.create_distribution(DistributionConfig=config)["Distribution"]
cf.get_waiter("distribution_deployed").wait(Id=made["Id"])

def view():
    request = urllib.request.Request(edge + "/", headers={"Host": made["DomainName"]})
    return urllib.request.urlopen(request).read().decode()

seen = [view()]
etag = cf.update_function(Name="page", IfMatch=etag, FunctionConfig=settings, FunctionCode=code("two"))["ETag"]
seen.append(view())
cf.publish_function(Name="page", IfMatch=etag)
seen.append(view())

stages = [f["FunctionMetadata"]["Stage"] for f in cf.list_functions()["FunctionList"]["Items"]]
try:
    cf.delete_function(Name="page", IfMatch=etag)
except cf.exceptions.FunctionInUse as error:
    refused = str(error)
body = cf.get_function(Name="page", Stage="LIVE")["FunctionCode"].read().decode()
print(json.dumps({"seen": seen, "stages": stages, "refused": refused, "body": body}))
`;

test("boto3 publishes a function and viewers get it at once", { skip }, async () => {
  const config = buildConfig({
    callerReference: "boto3",
    originPort: origin.port,
    viewerRequest: "page",
  });
  const { stdout } = await run("python3", [
    "-c",
    script,
    node.api,
    node.edge,
    JSON.stringify(config),
  ]);
  const { seen, stages, refused, body } = JSON.parse(stdout) as Record<string, unknown>;
  assert.deepEqual(seen, ["one", "one", "two"]);
  assert.deepEqual(stages, ["DEVELOPMENT", "LIVE"]);
  assert.match(String(refused), /Cannot delete function page, it is in use by 1 distributions/);
  assert.match(String(body), /'two'/);
});
