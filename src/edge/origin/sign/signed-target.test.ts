import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { silentLogger } from "../../../base/logger.ts";
import { verifyOriginSignature } from "../../../../test/support/verify-origin-signature.ts";
import type { OriginAccess, SignedOriginType } from "../../deployment/origin-access.ts";
import { originSettings } from "../../deployment/origin-settings.ts";
import { RequestSigner } from "./sign-request.ts";
import { bucketPath, signedQuery } from "./signed-target.ts";

test("bucketPath() encodes every byte of a key but what AWS leaves as it is, once", () => {
  const paths = {
    "/": "/",
    "/a.b_c-d~e/F9": "/a.b_c-d~e/F9",
    "/%61%2f%2F%7e": "/a//~",
    "/a+b%20c": "/a%2Bb%20c",
    "/%e2%82%ac%FF": "/%E2%82%AC%FF",
    "/100%": "/100%25",
    "/%zz%1": "/%25zz%251",
    "//a/./../b/": "//a/./../b/",
    "/(a)!*'": "/%28a%29%21%2A%27",
  };
  for (const [path, expected] of Object.entries(paths)) assert.equal(bucketPath(path), expected);
});

test("signedQuery() keeps the order, and sends what it signs", () => {
  assert.deepEqual(signedQuery("b=1&a=2&b=%30&c"), {
    text: "b=1&a=2&b=0&c",
    parameters: { b: ["1", "0"], a: "2", c: "" },
  });
  assert.deepEqual(signedQuery("&a=x+y%2B&&=z&"), {
    text: "a=x%20y%2B&=z",
    parameters: { a: "x y+", "": "z" },
  });
  assert.deepEqual(signedQuery(""), { text: "", parameters: {} });
  // No UTF-8: what the origin makes of it is its business, and nothing fails here.
  assert.equal(signedQuery("a=%ff").text, "a=%25ff");
});

const credentials = { accessKeyId: "AKIATEST", secretAccessKey: "secret" };
const signer = new RequestSigner({
  findCredentials: () => credentials,
  now: () => new Date("2026-01-02T03:04:05.000Z"),
  logger: silentLogger,
});
const origin = originSettings({ Id: "o", DomainName: "b.s3.eu-west-1.amazonaws.com" });

test("What is signed is what the published library signs, however a server reads the target", async () => {
  const part = fc.oneof(
    fc.constantFrom("/", "//", "..", ".", "+", "%2B", "%2F", "%7e", "%20", "%C3%A9", "~", "*", "a"),
    fc.stringMatching(/^[\w.~!$'()*,;:@-]{0,5}$/),
  );
  const parameter = fc.oneof(
    part,
    fc.tuple(part, part).map(([name, value]) => `${name}=${value}`),
  );
  const text = (of: fc.Arbitrary<string>, between: string) =>
    fc.array(of, { maxLength: 6 }).map((parts) => parts.join(between));
  const types: SignedOriginType[] = ["s3", "lambda", "mediastore"];
  await fc.assert(
    fc.asyncProperty(
      text(part, ""),
      text(parameter, "&"),
      fc.constantFrom(...types),
      fc.constantFrom("sigv4" as const, "sigv4a" as const),
      async (path, query, originType, protocol) => {
        const access: OriginAccess = {
          behavior: "always",
          protocol,
          originType,
          isIdentity: false,
          names: [],
        };
        const request = {
          method: "GET",
          path: `/${path}${query === "" ? "" : `?${query}`}`,
          headers: ["Host", origin.domainName, "X-Amz-Cf-Id", "id=="],
          serverName: "",
          body: undefined,
        };
        const { headers, path: url } = await signer.sign(request, origin, access);
        const lines = Object.fromEntries(
          headers.flatMap((name, index) =>
            index % 2 === 0 ? [[name.toLowerCase(), headers[index + 1]]] : [],
          ),
        );
        await verifyOriginSignature(
          { method: "GET", url, headers: lines, rawHeaders: headers, body: "" },
          credentials,
        );
      },
    ),
    { numRuns: Number(process.env["FOOTLIGHT_FUZZ_SIGNATURES"] ?? 60), seed: 36 },
  );
});
