/** Signed cookies, made by AWS's own signer, on real sockets. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { getSignedCookies, getSignedUrl } from "@aws-sdk/cloudfront-signer";
import { MemoryStore } from "../../src/cache/memory-store.ts";
import { domainName, startScene, type Scene, type SceneOptions } from "../edge/viewer-scene.ts";
import { ecKey, rsaKey, trustedGroups, withKeyGroups } from "../support/signing-keys.ts";

const rsa = rsaKey("K2JCJMDEHXQW5F");
const ec = ecKey("KDFB19YGCR002X");
const now = new Date("2026-01-02T03:04:05.000Z");
const later = "2026-01-02T04:00:00.000Z";
const site = `http://${domainName}`;
const seconds = Math.floor(now.getTime() / 1000);

async function startPrivate(t: TestContext, options: SceneOptions = {}): Promise<Scene> {
  const behavior = { ...trustedGroups("group"), ...options.behavior };
  const scene = await startScene(t, { now: () => now, ...options, behavior });
  scene.setState((state) => withKeyGroups(state, [rsa, ec], { group: [rsa.id, ec.id] }));
  return scene;
}

function cookieLine(cookies: object): string {
  const pairs = Object.entries(cookies).filter(([, value]) => value !== undefined);
  return `Cookie: a=1; ${pairs.map(([name, value]) => `${name}=${value}`).join("; ")}; b=2`;
}

const policyFor = (Resource: string, key = ec) =>
  getSignedCookies({
    keyPairId: key.id,
    privateKey: key.privateKey,
    policy: JSON.stringify({
      Statement: [{ Resource, Condition: { DateLessThan: { "AWS:EpochTime": seconds + 60 } } }],
    }),
  });

const variants: Readonly<Record<string, () => object>> = {
  canned: () =>
    getSignedCookies({
      url: `${site}/a?x=1`,
      keyPairId: rsa.id,
      privateKey: rsa.privateKey,
      dateLessThan: later,
    }),
  "canned, ECDSA with SHA-256": () =>
    getSignedCookies({
      url: `${site}/a?x=1`,
      keyPairId: ec.id,
      privateKey: ec.privateKey,
      dateLessThan: later,
      algorithm: "SHA256",
    }),
  "for a time and an address": () =>
    getSignedCookies({
      url: `${site}/*`,
      keyPairId: rsa.id,
      privateKey: rsa.privateKey,
      dateLessThan: later,
      dateGreaterThan: "2026-01-01",
      ipAddress: "127.0.0.1",
      algorithm: "SHA256",
    }),
  "with a policy": () => policyFor(`${site}/*`, rsa),
};

for (const [name, make] of Object.entries(variants)) {
  test(`cookies that @aws-sdk/cloudfront-signer makes are taken: ${name}`, async (t) => {
    const scene = await startPrivate(t);
    const reply = await scene.ask("GET /a?x=1 HTTP/1.1", cookieLine(make()));
    assert.equal(reply.status, 200, reply.body);
    assert.equal(scene.asked[0]?.url, "/a?x=1");
  });
}

test("canned cookies are for the one URL, query string and all", async (t) => {
  const scene = await startPrivate(t);
  const line = cookieLine(variants["canned"]!());
  for (const url of ["/a", "/a?x=2", "/b?x=1"]) {
    const reply = await scene.ask(`GET ${url} HTTP/1.1`, line);
    assert.match(reply.body, /<Code>AccessDenied</, url);
  }
});

test("cookies don't count where the URL has any parameter of a signature", async (t) => {
  const scene = await startPrivate(t);
  const line = cookieLine(policyFor("*"));
  assert.equal((await scene.ask("GET /a HTTP/1.1", line)).status, 200);
  for (const name of ["Expires", "Policy", "Signature", "Hash-Algorithm"]) {
    const reply = await scene.ask(`GET /a?${name}=1 HTTP/1.1`, line);
    assert.match(reply.body, /<Code>MissingKey</, name);
  }
  const reply = await scene.ask("GET /a?Key-Pair-Id=K1 HTTP/1.1", line);
  assert.match(reply.body, /<Code>InvalidKey</);
  assert.equal((await scene.ask("GET /a?expires=1 HTTP/1.1", line)).status, 200);
});

test("names of cookies count by case, and what is missing is told", async (t) => {
  const scene = await startPrivate(t);
  const cookies = policyFor("*");
  const ask = async (changes: object) =>
    (await scene.ask("GET /a HTTP/1.1", cookieLine({ ...cookies, ...changes }))).body;
  assert.match(await ask({ "CloudFront-Key-Pair-Id": undefined }), /<Code>MissingKey</);
  assert.match(await ask({ "CloudFront-Key-Pair-Id": "K9" }), /<Code>InvalidKey</);
  assert.match(await ask({ "CloudFront-Policy": "undefined" }), /<Code>MalformedPolicy</);
  assert.match(await ask({ "CloudFront-Policy": undefined }), /<Code>AccessDenied</);
  assert.match(await ask({ "CloudFront-Signature": undefined }), /<Code>AccessDenied</);
  assert.match(await ask({ "CloudFront-Signature": "a=" }), /<Code>MalformedSignature</);
  assert.match(await ask({ "CloudFront-Hash-Algorithm": "SHA256" }), /<Code>AccessDenied</);
  const lower = cookieLine(cookies).replaceAll("CloudFront-", "cloudfront-");
  assert.match((await scene.ask("GET /a HTTP/1.1", lower)).body, /<Code>MissingKey</);
});

test("of two cookies with one name the first counts, which has the longer path", async (t) => {
  const scene = await startPrivate(t);
  const good = cookieLine(policyFor("*"));
  const stale = cookieLine(policyFor(`${site}/elsewhere`)).replace("Cookie: ", "");
  assert.equal((await scene.ask("GET /a HTTP/1.1", `${good}; ${stale}`)).status, 200);
});

test("signed cookies reach functions, and neither the origin nor the cache key", async (t) => {
  const seen: string[] = [];
  const scene = await startPrivate(t, {
    cacheStore: new MemoryStore(1_000_000),
    behavior: {
      CachePolicyId: "83da9c7e-98b4-4e11-a168-04f0df8e2c65", // UseOriginCacheControlHeaders
      OriginRequestPolicyId: "",
    },
    origin: (_, response) => {
      response.setHeader("Cache-Control", "max-age=60");
      response.end("kept");
    },
    viewerRequest: ({ request }) => {
      seen.push(String(request.headers));
      return { type: "request", request };
    },
  });
  const first = await scene.ask("GET /a HTTP/1.1", cookieLine(policyFor("*")));
  assert.equal(first.headers["x-cache"], "Miss from cloudfront");
  const other = await scene.ask("GET /a HTTP/1.1", cookieLine(policyFor(`${site}/*`, rsa)));
  assert.equal(other.headers["x-cache"], "Hit from cloudfront");
  assert.match(seen[0] ?? "", /a=1; .*CloudFront-Policy=.*; b=2/);
  assert.deepEqual(
    scene.asked.map(({ headers }) => headers.cookie),
    ["a=1; b=2"],
  );
});

test("signed cookies of a site reach no origin from its public files either", async (t) => {
  const scene = await startScene(t);
  await scene.ask("GET /a HTTP/1.1", cookieLine(policyFor("*")));
  assert.equal(scene.asked[0]?.headers.cookie, "a=1; b=2");
});

test("a preflight without cookies is refused like any request", async (t) => {
  const scene = await startPrivate(t);
  const reply = await scene.ask("OPTIONS /a HTTP/1.1", "Origin: http://www.example.com");
  assert.match(reply.body, /<Code>MissingKey</);
});

test("a signature made for a URL is good as a cookie, and the other way round", async (t) => {
  const scene = await startPrivate(t);
  const url = getSignedUrl({
    url: `${site}/a`,
    keyPairId: rsa.id,
    privateKey: rsa.privateKey,
    dateLessThan: later,
  });
  const pairs = url
    .split("?")[1]!
    .split("&")
    .map((pair) => `CloudFront-${pair}`);
  assert.equal((await scene.ask("GET /a HTTP/1.1", `Cookie: ${pairs.join("; ")}`)).status, 200);
});
