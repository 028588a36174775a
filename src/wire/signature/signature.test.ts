import assert from "node:assert/strict";
import { test } from "node:test";
import type { ApiRequest } from "../api-message.ts";
import { checkTerms } from "./check-terms.ts";
import { readSignature } from "./read-signature.ts";
import { verifySignature } from "./verify-signature.ts";

/** From AWS's documentation, "Examples of how to derive a signing key": not made by our library. */
const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const documented: ApiRequest = {
  method: "GET",
  path: "/",
  query: "Action=ListUsers&Version=2010-05-08",
  headers: {
    host: "iam.amazonaws.com",
    "content-type": "application/x-www-form-urlencoded; charset=utf-8",
    "x-amz-date": "20150830T123600Z",
    authorization:
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, " +
      "SignedHeaders=content-type;host;x-amz-date, " +
      "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
  },
  body: new Uint8Array(),
  sourceIp: "127.0.0.1",
};

function verify(request: ApiRequest, key: string = secret): Promise<boolean> {
  return verifySignature(request, readSignature(request), key);
}

function withHeaders(headers: Readonly<Record<string, string | undefined>>): ApiRequest {
  return { ...documented, headers: { ...documented.headers, ...headers } };
}

test("verifySignature() accepts the signature of AWS's documentation", async () => {
  assert.equal(await verify(documented), true);
  assert.equal(await verify(documented, secret.replace("w", "x")), false);
});

test("verifySignature() hashes the body itself, whatever the header says", async () => {
  const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  assert.equal(await verify(withHeaders({ "x-amz-content-sha256": emptyHash })), true);
  assert.equal(await verify(withHeaders({ "x-amz-content-sha256": "UNSIGNED-PAYLOAD" })), false);
  assert.equal(await verify({ ...documented, body: Buffer.from("x") }), false);
});

test("verifySignature() refuses a path that normalizing would make the signed one", async () => {
  for (const path of ["//", "/.", "/./", "/x/..", "/x/../"]) {
    assert.equal(await verify({ ...documented, path }), false, path);
  }
});

test("verifySignature() takes the query in any order, as it is decoded", async () => {
  const query = "Version=2010%2D05-08&Action=ListUsers";
  assert.equal(await verify({ ...documented, query }), true);
});

const partRefused = /Authorization header requires/;
const malformed: readonly (readonly [what: string, from: string, to: string, why: RegExp])[] = [
  ["another algorithm", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA512", /Unsupported AWS 'algorithm'/],
  ["a bearer token", "AWS4-HMAC-SHA256 Cred", "Bearer Cred", /Unsupported AWS 'algorithm'/],
  [
    "no credential",
    "Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, ",
    "",
    partRefused,
  ],
  ["a part twice", "SignedHeaders=", "Signature=00, SignedHeaders=", partRefused],
  ["an unknown part", "SignedHeaders=", "Extra=1, SignedHeaders=", partRefused],
  ["no region", "/us-east-1", "", /Credential must have the form/],
  ["an empty key id", "AKIDEXAMPLE", "", /Credential must have the form/],
  ["another terminator", "aws4_request", "aws5_request", /Credential must have the form/],
  ["unsorted headers", "content-type;host", "host;content-type", /SignedHeaders must be/],
  ["a header twice", "content-type;host", "host;host", /SignedHeaders must be/],
  ["a signature that is no hex", "5d672d", "5D672D", /Signature must be lower-case hex/],
  ["a short signature", "5d672d79c15b13162d9279b0", "5d", /Signature must be lower-case hex/],
];

for (const [what, from, to, why] of malformed) {
  test(`readSignature() refuses ${what}`, () => {
    const authorization = documented.headers["authorization"]!.replace(from, to);
    assert.throws(() => readSignature(withHeaders({ authorization })), {
      code: "IncompleteSignature",
      message: why,
    });
  });
}

test("readSignature() takes the time from Date, in HTTP's form or AWS's", () => {
  for (const date of ["Sun, 30 Aug 2015 12:36:00 GMT", "20150830T123600Z"]) {
    const request = withHeaders({ "x-amz-date": undefined, date });
    assert.equal(readSignature(request).longDate, "20150830T123600Z");
  }
  for (const date of [undefined, "", "yesterday", "2015-08-30", "Mon, 30 Aug 2015 12:36:00 GMT"]) {
    assert.throws(() => readSignature(withHeaders({ "x-amz-date": undefined, date })), {
      code: "IncompleteSignature",
    });
  }
});

test("readSignature() tells a request that is not signed at all", () => {
  assert.throws(() => readSignature(withHeaders({ authorization: undefined })), {
    code: "MissingAuthenticationToken",
    message: "Missing Authentication Token",
  });
});

test("readSignature() asks a presigned URL for all its parts", () => {
  const parts = {
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": "AKIDEXAMPLE/20150830/us-east-1/cloudfront/aws4_request",
    "X-Amz-Date": "20150830T123600Z",
    "X-Amz-Expires": "300",
    "X-Amz-SignedHeaders": "host",
    "X-Amz-Signature": "0".repeat(64),
  };
  const read = (changed: Readonly<Record<string, string>>): unknown =>
    readSignature({
      ...withHeaders({ authorization: undefined }),
      query: new URLSearchParams({ ...parts, ...changed }).toString(),
    });
  assert.doesNotThrow(() => read({}));
  for (const expires of ["0", "-1", "604801", "1e3", "300s", ""]) {
    assert.throws(() => read({ "X-Amz-Expires": expires }), { code: "IncompleteSignature" });
  }
  for (const name of Object.keys(parts)) {
    const query = new URLSearchParams(Object.entries(parts).filter(([key]) => key !== name));
    const request = { ...withHeaders({ authorization: undefined }), query: query.toString() };
    assert.throws(() => readSignature(request), { code: "IncompleteSignature" }, name);
  }
});

test("readSignature() refuses a request with more than one signature", () => {
  for (const query of ["X-Amz-Signature=00", "x-amz-signature=00", "a=b&X-AMZ-Signature="]) {
    const request = { ...documented, query: `${documented.query}&${query}` };
    assert.throws(() => readSignature(request), {
      code: "IncompleteSignature",
      message: /^Only one auth mechanism allowed/,
    });
  }
});

test("readSignature() asks a signature of version 4A for its region set", () => {
  const authorization = documented.headers["authorization"]!.replace(
    "AWS4-HMAC-SHA256",
    "AWS4-ECDSA-P256-SHA256",
  ).replace("/us-east-1", "");
  for (const regionSet of ["*", "us-east-1,eu-*"]) {
    readSignature(withHeaders({ authorization, "x-amz-region-set": regionSet }));
  }
  for (const regionSet of [undefined, "", " "]) {
    assert.throws(
      () => readSignature(withHeaders({ authorization, "x-amz-region-set": regionSet })),
      { code: "IncompleteSignature", message: /requires 'X-Amz-Region-Set'/ },
    );
  }
});

const signedAt = "2015-08-30T12:36:00Z";
const cloudFront: ApiRequest = withHeaders({
  authorization: documented.headers["authorization"]!.replace("/iam/", "/cloudfront/"),
});

function check(request: ApiRequest, secondsLater: number = 0): void {
  const now = new Date(Date.parse(signedAt) + secondsLater * 1000);
  checkTerms(request, readSignature(request), now);
}

test("checkTerms() takes a signature for five minutes to either side, in AWS's words", () => {
  check(cloudFront);
  check(cloudFront, 300);
  check(cloudFront, -300);
  assert.throws(() => check(cloudFront, 301), {
    code: "RequestExpired",
    message:
      "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)",
  });
  assert.throws(() => check(cloudFront, -301), {
    code: "RequestExpired",
    message:
      "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T123059Z + 5 min.)",
  });
});

test("checkTerms() takes a presigned URL until it expires", () => {
  const query = new URLSearchParams({
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": "AKIDEXAMPLE/20150830/us-east-1/cloudfront/aws4_request",
    "X-Amz-Date": "20150830T123600Z",
    "X-Amz-Expires": "3600",
    "X-Amz-SignedHeaders": "host",
    "X-Amz-Signature": "0".repeat(64),
  });
  const headers = { host: "localhost" };
  const request: ApiRequest = { ...documented, headers, query: query.toString() };
  check(request, 3600);
  assert.throws(() => check(request, 3601), {
    code: "RequestExpired",
    message: "Request has expired.",
  });
});

test("checkTerms() refuses the scope of another service or day", () => {
  assert.throws(() => check(documented), {
    code: "SignatureDoesNotMatch",
    message: "Credential should be scoped to correct service: 'cloudfront'.",
  });
  const authorization = cloudFront.headers["authorization"]!.replace("20150830", "20150831");
  assert.throws(() => check(withHeaders({ authorization })), {
    code: "SignatureDoesNotMatch",
    message: /Date in Credential scope does not match.*'20150831' != '20150830'/,
  });
});

test("checkTerms() wants every header signed that counts, and every signed header there", () => {
  const { authorization } = cloudFront.headers;
  for (const name of ["x-amz-security-token", "x-amz-content-sha256", "if-match"]) {
    assert.throws(() => check(withHeaders({ authorization, [name]: "x" })), {
      code: "SignatureDoesNotMatch",
      message: `'${name}' must be a 'SignedHeader' in the AWS Authorization.`,
    });
  }
  const byDate = { "x-amz-date": undefined, date: "Sun, 30 Aug 2015 12:36:00 GMT" };
  const dated = authorization!.replace("content-type;host;x-amz-date", "date;host");
  check(withHeaders({ ...byDate, authorization: dated }));
  const undated = dated.replace("date;host", "host");
  assert.throws(() => check(withHeaders({ ...byDate, authorization: undated })), {
    message: "'date' must be a 'SignedHeader' in the AWS Authorization.",
  });
  const withoutHost = authorization!.replace("content-type;host", "content-type");
  assert.throws(() => check(withHeaders({ authorization: withoutHost })), {
    message: "'host' must be a 'SignedHeader' in the AWS Authorization.",
  });
  assert.throws(() => check(withHeaders({ authorization, "content-type": undefined })), {
    message: "The signed header 'content-type' is not in the request.",
  });
  for (const name of ["__proto__", "constructor"]) {
    const signed = authorization!.replace("=content-type;host", `=${name};host`);
    assert.throws(() => check(withHeaders({ authorization: signed })), {
      message: `The signed header '${name}' is not in the request.`,
    });
  }
});

test("checkTerms() says that a body's hash must be one, when it is not", () => {
  const { authorization } = cloudFront.headers;
  const signed = authorization!.replace("host;", "host;x-amz-content-sha256;");
  const send = (hash: string): void =>
    check(withHeaders({ authorization: signed, "x-amz-content-sha256": hash }));
  send("0".repeat(64));
  for (const hash of ["UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "A".repeat(64)]) {
    assert.throws(() => send(hash), {
      code: "SignatureDoesNotMatch",
      message: new RegExp(`'x-amz-content-sha256' header must be a valid SHA256.*got '${hash}'$`),
    });
  }
});
