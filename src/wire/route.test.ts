import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../model/errors.ts";
import { cloudFrontOperations } from "../schema/operation-table.ts";
import { parseQuery } from "./query.ts";
import { MethodNotAllowed, Router, type Route } from "./route.ts";

const router = new Router(cloudFrontOperations);

function route(method: string, target: string): Route {
  const [path = "", query = ""] = target.split("?");
  const request = { method, path, query, headers: {}, body: new Uint8Array(), sourceIp: "" };
  return router.route(request, parseQuery(query));
}

function name(method: string, target: string): string {
  return route(method, target).operation.name;
}

function refusal(code: string, message: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof ApiError && error.code === code && message.test(error.message);
}

test("route() finds the operation by method and path", () => {
  assert.equal(name("GET", "/2020-05-31/function"), "ListFunctions");
  assert.equal(name("POST", "/2020-05-31/function"), "CreateFunction");
  assert.equal(name("GET", "/2020-05-31/function/hello"), "GetFunction");
  assert.equal(name("GET", "/2020-05-31/function/hello/describe"), "DescribeFunction");
  assert.equal(name("POST", "/2020-05-31/function/describe/publish"), "PublishFunction");
  assert.equal(name("PUT", "/2020-05-31/distribution/E1/config"), "UpdateDistribution");
});

test("route() tells operations of one path apart by a query key, with and without =", () => {
  assert.equal(name("POST", "/2020-05-31/distribution"), "CreateDistribution");
  assert.equal(name("POST", "/2020-05-31/distribution?WithTags"), "CreateDistributionWithTags");
  assert.equal(name("POST", "/2020-05-31/distribution?WithTags="), "CreateDistributionWithTags");
  assert.equal(name("POST", "/2020-05-31/tagging?Operation=Tag&Resource=a"), "TagResource");
  assert.equal(name("POST", "/2020-05-31/tagging?Resource=a&Operation=Untag"), "UntagResource");
  assert.equal(name("GET", "/2020-05-31/tagging?Resource=a"), "ListTagsForResource");
  assert.throws(
    () => route("POST", "/2020-05-31/tagging?Operation=Other"),
    refusal("UnknownOperation", /\?Operation=Tag, \?Operation=Untag/),
  );
});

test("route() decodes each label once, after cutting the path at its slashes", () => {
  const arn = "arn:aws:cloudfront::000000000000:distribution/E1";
  const owned = route("GET", `/2020-05-31/distributionsByOwnedResource/${encodeURIComponent(arn)}`);
  assert.equal(owned.labels.get("ResourceArn"), arn);
  assert.equal(route("GET", "/2020-05-31/function/a%252Fb").labels.get("Name"), "a%2Fb");
  assert.equal(route("GET", "/2020-05-31/function/a+b").labels.get("Name"), "a+b");
  assert.equal(route("GET", "/2020-05-31/function/..").labels.get("Name"), "..");
});

test("route() says how a path is written that nothing answers", () => {
  const arn = "arn:aws:cloudfront::000000000000:key-value-store/1";
  const cases: [path: string, message: RegExp][] = [
    ["/functions", /start with \/2020-05-31\/$/],
    [
      "/2019-03-26/distribution",
      /speaks version 2020-05-31 of the CloudFront API, and the path asks for 2019-03-26\. Paths/,
    ],
    ["/2020-05-31/distributions", /distributions\. Paths of the CloudFront API start/],
    [`/key-value-stores/${arn}/keys`, /must be percent-encoded, its slashes as %2F$/],
    [`/2020-05-31/distributionsByOwnedResource/${arn}`, /its slashes as %2F$/],
    [`/key-value-stores/${encodeURIComponent(arn)}/kyes`, /\/keys and \/keys\/\{KEY\}$/],
  ];
  for (const [path, message] of cases) {
    assert.throws(() => route("GET", path), refusal("UnknownOperation", message), path);
  }
});

test("route() refuses labels that are not percent-encoded UTF-8", () => {
  for (const label of ["%", "%zz", "%ff", "%c3%28"]) {
    assert.throws(
      () => route("GET", `/2020-05-31/function/${label}`),
      refusal("InvalidArgument", /percent-encoded/),
    );
  }
});

test("route() answers UnknownOperation for other paths, naming method and path", () => {
  const paths = [
    "/",
    "",
    "/2020-05-31",
    "/2020-05-31/",
    "/2020-05-31/Function",
    "/2019-03-26/function",
    "/2020-05-31/function/",
    "/2020-05-31/function//describe",
    "/2020-05-31/function/a/b/c",
    "/2020-05-31/function%2Fhello",
    "/__proto__/constructor",
  ];
  for (const path of paths) {
    assert.throws(() => route("GET", path), refusal("UnknownOperation", /answers GET /));
  }
});

test("route() answers MethodNotAllowed with the methods that a path has", () => {
  assert.throws(
    () => route("PATCH", "/2020-05-31/function/hello"),
    (error) =>
      error instanceof MethodNotAllowed &&
      error.status === 405 &&
      error.allowed.toSorted().join() === "DELETE,GET,PUT" &&
      error.message.includes("PATCH"),
  );
});

test("parseQuery() reads + and %20 as a space, and a key without = as empty", () => {
  assert.deepEqual(
    [...parseQuery("a=1+2&b=%2B%20&WithTags&&c=x=y")],
    [
      ["a", "1 2"],
      ["b", "+ "],
      ["WithTags", ""],
      ["c", "x=y"],
    ],
  );
});

test("parseQuery() refuses a key that comes twice, and broken encodings", () => {
  assert.throws(() => parseQuery("a=1&a=1"), refusal("InvalidArgument", /"a" more than once/));
  assert.throws(() => parseQuery("a=%E0%A4%A"), refusal("InvalidArgument", /percent-encoded/));
});
