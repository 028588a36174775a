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

const refusals = `
import boto3, botocore, json, sys
api, config = sys.argv[1], json.loads(sys.argv[2])
cf = boto3.client("cloudfront", endpoint_url=api, region_name="us-east-1",
                  aws_access_key_id="any", aws_secret_access_key="any")

def refused(call, **members):
    try:
        call(**members)
    except botocore.exceptions.ClientError as error:
        return [error.response["Error"]["Code"], error.response["Error"]["Message"]]

config["DefaultRootObject"] = "/index.html"
made = cf.create_distribution_with_tags(DistributionConfigWithTags={"DistributionConfig": config, "Tags": {"Items": []}})["Distribution"]
batch = lambda path: {"CallerReference": "once", "Paths": {"Quantity": 1, "Items": [path]}}
cf.create_invalidation(DistributionId=made["Id"], InvalidationBatch=batch("/a"))
access = lambda **more: {"Name": "access", "SigningProtocol": "sigv4a", "SigningBehavior": "always-amz-auth",
                         "OriginAccessControlOriginType": "lambda", **more}
print(json.dumps({
    "root": cf.get_distribution_config(Id=made["Id"])["DistributionConfig"]["DefaultRootObject"],
    "access": cf.create_origin_access_control(OriginAccessControlConfig=access())["OriginAccessControl"]["OriginAccessControlConfig"],
    "reused": refused(cf.create_invalidation, DistributionId=made["Id"], InvalidationBatch=batch("/b")),
    "tag": refused(cf.tag_resource, Resource=made["ARN"], Tags={"Items": [{"Key": "a*b", "Value": "c"}]}),
    "comment": refused(cf.create_function, Name="long", FunctionCode=b"x",
                       FunctionConfig={"Comment": "c" * 129, "Runtime": "cloudfront-js-2.0"}),
}))
`;

test("boto3 gets AWS's values and sentences where scripts look for them", { skip }, async () => {
  const config = buildConfig({ callerReference: "refusals", originPort: origin.port });
  const { stdout } = await run("python3", ["-c", refusals, node.api, JSON.stringify(config)]);
  const answers = JSON.parse(stdout) as Record<string, readonly string[]>;
  assert.equal(answers["root"], "/index.html");
  assert.deepEqual(answers["access"], {
    Name: "access",
    Description: "",
    SigningProtocol: "sigv4a",
    SigningBehavior: "always-amz-auth",
    OriginAccessControlOriginType: "lambda",
  });
  // What Ansible's cloudfront_invalidation looks for, to warn instead of failing.
  const reused =
    "Your request contains a caller reference that was used for a previous invalidation batch for the same distribution.";
  assert.equal(answers["reused"]![0], "InvalidArgument");
  assert.ok(answers["reused"]![1]!.startsWith(reused));
  for (const name of ["tag", "comment"]) {
    assert.equal(answers[name]![0], "MalformedXML");
    assert.match(answers[name]![1]!, /^1 validation error detected: /);
  }
});
