/** What the edge signs, signed once more by botocore: an implementation that shares no line with it. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { silentLogger } from "../../src/base/logger.ts";
import type { OriginAccess } from "../../src/edge/deployment/origin-access.ts";
import { originSettings } from "../../src/edge/deployment/origin-settings.ts";
import { RequestSigner } from "../../src/edge/origin/sign/sign-request.ts";
import { skipWithout } from "../support/optional.ts";

const credentials = {
  accessKeyId: "AKIATEST",
  secretAccessKey: "secret/+",
  sessionToken: "token==",
};

const domainNames = {
  s3: "b.s3.eu-west-1.amazonaws.com",
  lambda: "abc.lambda-url.eu-west-1.on.aws",
} as const;

const targets = [
  ["GET", "/a%20b"],
  ["GET", "/a+b//c/../d?x=1&x=0&a=b+c&z"],
  ["DELETE", "/caf%c3%a9/~%7E?versionId=%7e%2f"],
  ["HEAD", "/!'()*?A=%2F&a=1"],
] as const;

/** Reads requests as JSON and prints the signature that it would give each. */
const program = `
import json, sys
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
given = json.load(sys.stdin)
keys = given["credentials"]
credentials = Credentials(keys["accessKeyId"], keys["secretAccessKey"], keys["sessionToken"])
found = []
for each in given["requests"]:
    headers = dict(zip(each["headers"][0::2], each["headers"][1::2]))
    headers.pop("Authorization")
    request = AWSRequest(method=each["method"], url="https://" + headers["Host"] + each["path"], headers=headers)
    request.context["timestamp"] = headers["X-Amz-Date"]
    auth = (S3SigV4Auth if each["service"] == "s3" else SigV4Auth)(credentials, each["service"], "eu-west-1")
    auth.payload = lambda request: headers["X-Amz-Content-Sha256"]
    text = auth.string_to_sign(request, auth.canonical_request(request))
    found.append(auth.signature(text, request))
print(json.dumps(found))
`;

const skip = skipWithout(["python3", "-c", "import botocore"]);

test("botocore signs what the edge sends to origins as the edge does", { skip }, async () => {
  const signer = new RequestSigner({
    findCredentials: () => credentials,
    now: () => new Date("2026-01-02T03:04:05.000Z"),
    logger: silentLogger,
  });
  const requests = [];
  for (const service of ["s3", "lambda"] as const) {
    const access: OriginAccess = {
      behavior: "always",
      protocol: "sigv4",
      originType: service,
      isIdentity: false,
      names: [],
    };
    const origin = originSettings({ Id: "o", DomainName: domainNames[service] });
    for (const [method, path] of targets) {
      const headers = ["Host", origin.domainName, "X-Amz-Cf-Id", "id==", "X-Amz-Meta-A", "b  c "];
      const request = { method, path, headers, serverName: "", body: undefined };
      const signed = await signer.sign(request, origin, access);
      requests.push({ service, method, path: signed.path, headers: signed.headers });
    }
  }
  const input = JSON.stringify({ credentials, requests });
  const output = execFileSync("python3", ["-c", program], { input, encoding: "utf8" });
  const signatures = requests.map(({ headers }) =>
    (headers[headers.indexOf("Authorization") + 1] ?? "").replace(/^.*Signature=/, ""),
  );
  assert.deepEqual(JSON.parse(output), signatures);
});
