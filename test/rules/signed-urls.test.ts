/** Signed URLs, made by AWS's own signer and by openssl, on real sockets. */
import assert from "node:assert/strict";
import { constants, createSign, sign } from "node:crypto";
import { test, type TestContext } from "node:test";
import { getSignedUrl } from "@aws-sdk/cloudfront-signer";
import { MemoryStore } from "../../src/cache/memory-store.ts";
import {
  ecKey,
  rsaKey,
  trustedGroups,
  withKeyGroups,
  type SigningKey,
} from "../support/signing-keys.ts";
import {
  account,
  domainName,
  startScene,
  type Reply,
  type Scene,
  type SceneOptions,
} from "../edge/viewer-scene.ts";

const rsa = rsaKey("K2JCJMDEHXQW5F");
const ec = ecKey("KDFB19YGCR002X");
const other = ecKey("K000000000000X");
const now = new Date("2026-01-02T03:04:05.000Z");
const later = "2026-01-02T04:00:00.000Z";
const seconds = Math.floor(now.getTime() / 1000);
const host = `${domainName}:8080`;
const site = `http://${host}`;

async function startPrivate(t: TestContext, options: SceneOptions = {}): Promise<Scene> {
  const behavior = { ...trustedGroups("group"), ...options.behavior };
  const scene = await startScene(t, { now: () => now, ...options, behavior });
  scene.setState((state) =>
    withKeyGroups(state, [rsa, ec, other], { group: [rsa.id, ec.id], others: [other.id] }),
  );
  return scene;
}

/** Asks for a URL as a browser would. */
function get(scene: Scene, url: string, ...lines: string[]): Promise<Reply> {
  const { pathname, search, host: authority } = new URL(url);
  return scene.ask(`GET ${pathname}${search} HTTP/1.1`, `Host: ${authority}`, ...lines);
}

function signed(url: string, key: SigningKey = rsa, dateLessThan: string | number = later): string {
  return getSignedUrl({ url, keyPairId: key.id, privateKey: key.privateKey, dateLessThan });
}

/** By hand, with any policy text. */
function withPolicy(url: string, policy: unknown, key: SigningKey = ec): string {
  const text = Buffer.from(typeof policy === "string" ? policy : JSON.stringify(policy));
  const signature = sign("sha1", text, key.privateKey);
  const parameters = `Policy=${encoded(text)}&Signature=${encoded(signature)}&Key-Pair-Id=${key.id}`;
  return `${url}${url.includes("?") ? "&" : "?"}${parameters}`;
}

function encoded(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("+", "-").replaceAll("=", "_").replaceAll("/", "~");
}

const statement = (Resource: string, conditions = {}) => ({
  Statement: [
    { Resource, Condition: { DateLessThan: { "AWS:EpochTime": seconds + 60 }, ...conditions } },
  ],
});

const refused: Readonly<Record<string, string>> = {
  MissingKey: "Missing Key-Pair-Id query parameter or cookie value",
  InvalidKey: "Unknown Key",
  MalformedPolicy: "Malformed Policy",
  MalformedSignature: "Could not unencode Signature",
  AccessDenied: "Access denied",
};

function assertRefused(reply: Reply, code: string): void {
  assert.equal(reply.status, 403);
  assert.equal(
    reply.body,
    `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${refused[code]}</Message></Error>`,
  );
  assert.equal(reply.headers["content-type"], "text/xml");
}

test("a request that is not signed gets MissingKey as XML, and no function and no origin sees it", async (t) => {
  let runs = 0;
  const scene = await startPrivate(t, {
    viewerRequest: () => {
      runs += 1;
      throw new Error("The function must not run");
    },
  });
  const reply = await get(scene, `${site}/a`);
  assertRefused(reply, "MissingKey");
  assert.equal(reply.headers["content-length"], "146");
  assert.equal(reply.headers["server"], "CloudFront");
  assert.equal(reply.headers["x-cache"], "Error from cloudfront");
  assert.equal(runs, 0);
  assert.equal(scene.asked.length, 0);
  assert.equal(scene.visits[0]?.detail, "missingKey");
});

const variants: Readonly<Record<string, () => string>> = {
  "canned, RSA": () => signed(`${site}/a b/é?size=1&x=%2F`),
  "canned, RSA with SHA-256": () =>
    getSignedUrl({
      url: `${site}/a`,
      keyPairId: rsa.id,
      privateKey: rsa.privateKey,
      dateLessThan: later,
      algorithm: "SHA256",
    }),
  "canned, ECDSA": () => signed(`${site}/a`, ec),
  "canned, until a time in milliseconds": () => signed(`${site}/a`, ec, now.getTime() + 2000),
  "from a time on and from an address": () =>
    getSignedUrl({
      url: `${site}/a?b=1`,
      keyPairId: ec.id,
      privateKey: ec.privateKey,
      dateLessThan: later,
      dateGreaterThan: "2026-01-02T03:04:04.000Z",
      ipAddress: "127.0.0.0/8",
      algorithm: "SHA256",
    }),
  "with a policy for more than the URL": () =>
    getSignedUrl({
      url: `${site}/videos/1.ts?b=1`,
      keyPairId: rsa.id,
      privateKey: rsa.privateKey,
      policy: JSON.stringify(statement(`${site}/videos/*`)),
    }),
  "with a policy alone, whose Resource is the URL": () =>
    getSignedUrl({
      keyPairId: rsa.id,
      privateKey: rsa.privateKey,
      policy: JSON.stringify(statement(`${site}/videos/1.ts`)),
    }),
};

for (const [name, make] of Object.entries(variants)) {
  test(`what @aws-sdk/cloudfront-signer makes is served: ${name}`, async (t) => {
    const scene = await startPrivate(t);
    const reply = await get(scene, make());
    assert.equal(reply.status, 200, reply.body);
    assert.doesNotMatch(scene.asked[0]?.url ?? "", /Expires|Policy|Signature|Key-Pair-Id|Hash/);
  });
}

test("a canned policy as the Developer Guide's openssl pipeline makes it is served", async (t) => {
  const scene = await startPrivate(t);
  const policy = `{"Statement":[{"Resource":"${site}/a?b=1","Condition":{"DateLessThan":{"AWS:EpochTime":${seconds + 1}}}}]}`;
  const signature = createSign("RSA-SHA1")
    .update(policy)
    .sign({ key: rsa.privateKey, padding: constants.RSA_PKCS1_PADDING });
  const url = `${site}/a?Key-Pair-Id=${rsa.id}&b=1&Signature=${encoded(signature)}&Expires=${seconds + 1}`;
  assert.equal((await get(scene, url)).status, 200);
  assert.equal(scene.asked[0]?.url, "/a?b=1");
});

test("a URL that was signed without this edge's port is served too", async (t) => {
  const scene = await startPrivate(t);
  const url = new URL(signed(`http://${domainName}/a`));
  url.host = host;
  assert.equal((await get(scene, url.href)).status, 200);
  const custom = withPolicy(`${site}/a`, statement(`http://${domainName}/*`));
  assert.equal((await get(scene, custom)).status, 200);
});

const changes: Readonly<Record<string, (url: string) => string>> = {
  "another path": (url) => url.replace("/a?", "/b?"),
  "a parameter more": (url) => `${url}&b=2`,
  "a parameter less": (url) => url.replace("x=1&", ""),
  "parameters in another order": (url) => url.replace("x=1&y=2", "y=2&x=1"),
  "another host": (url) => url.replace(host, "www.example.com"),
  "a later end": (url) => url.replace(/Expires=\d+/, `Expires=${seconds + 9000}`),
  "another hash": (url) => `${url}&Hash-Algorithm=SHA256`,
  "a hash that there is none of": (url) => `${url}&Hash-Algorithm=MD5`,
  "another trusted key": (url) => url.replace(rsa.id, ec.id),
  "no signature": (url) => url.replace(/Signature=[^&]+&?/, ""),
  "an empty signature": (url) => url.replace(/Signature=[^&]+/, "Signature="),
  "no end": (url) => url.replace(/Expires=\d+&/, ""),
  "two signatures": (url) => url.replace(/(Signature=[^&]+)/, "$1&$1"),
  "two ends": (url) => url.replace(/(Expires=\d+)/, "$1&Expires=1"),
  "half a signature": (url) => url.replace(/Signature=[^&]{8}/, "Signature="),
};

for (const [name, change] of Object.entries(changes)) {
  test(`a signed URL with ${name} gets AccessDenied`, async (t) => {
    const scene = await startPrivate(t, {
      config: { Aliases: { Quantity: 1, Items: ["www.example.com"] } },
    });
    const url = signed(`${site}/a?x=1&y=2`);
    assert.equal((await get(scene, url)).status, 200);
    assertRefused(await get(scene, change(url)), "AccessDenied");
  });
}

const codes: readonly (readonly [why: string, code: string, change: (url: string) => string])[] = [
  ["no key", "MissingKey", (url) => url.replace(/&Key-Pair-Id=\w+/, "")],
  ["an empty key", "MissingKey", (url) => url.replace(/Key-Pair-Id=\w+/, "Key-Pair-Id=")],
  ["what is no key's id", "MissingKey", (url) => url.replace(rsa.id, "mine")],
  ["a key that nobody has", "InvalidKey", (url) => url.replace(rsa.id, "K2222222222222")],
  ["a key of a group that is not trusted", "InvalidKey", (url) => url.replace(rsa.id, other.id)],
  ["a signature not in base64", "MalformedSignature", (url) => url.replace("Signature=", "$&!")],
  ["plain base64", "MalformedSignature", (url) => url.replace(/__$/, "==")],
  ["an end that is no number", "MalformedPolicy", (url) => url.replace(/Expires=\d+/, "$&.5")],
  ["an end beyond 64 bits", "MalformedPolicy", (url) => url.replace("Expires=", "$&99999999999")],
];

for (const [why, code, change] of codes) {
  test(`a signed URL with ${why} gets ${code}`, async (t) => {
    const scene = await startPrivate(t);
    assertRefused(await get(scene, change(signed(`${site}/a`))), code);
  });
}

test("names of parameters count by case", async (t) => {
  const scene = await startPrivate(t);
  assertRefused(
    await get(scene, signed(`${site}/a`).replace("Key-Pair-Id", "key-pair-id")),
    "MissingKey",
  );
});

const malformed: Readonly<Record<string, unknown>> = {
  "no JSON": "{",
  "no statement": {},
  "an object in place of the list": { Statement: statement(`${site}/*`).Statement[0] },
  "two statements": { Statement: [...statement("*").Statement, ...statement("*").Statement] },
  "no end": { Statement: [{ Resource: "*", Condition: {} }] },
  "an end as text": statement("*", { DateLessThan: { "AWS:EpochTime": "1893456000" } }),
  "a fraction as its end": statement("*", { DateLessThan: { "AWS:EpochTime": 1893456000.5 } }),
  "an IPv6 address": statement("*", { IpAddress: { "AWS:SourceIp": "::1/128" } }),
  "a condition that nobody knows": statement("*", { StringEquals: { "AWS:Referer": "x" } }),
  "an address by another name": statement("*", { IpAddress: { "aws:SourceIp": "127.0.0.1" } }),
  "a member twice": `{"Statement":[],"Statement":[]}`,
  "a prototype in its statement": `{"Statement":[{"__proto__":{"Resource":"*"},"Condition":{"DateLessThan":{"AWS:EpochTime":1893456000}}}]}`,
  "a prototype in its conditions": `{"Statement":[{"Resource":"*","Condition":{"__proto__":{"DateLessThan":{"AWS:EpochTime":1893456000}}}}]}`,
  "a list as its Resource": { Statement: [{ ...statement("*").Statement[0], Resource: ["*"] }] },
  "more characters than a URL has": statement(`${site}/${"a".repeat(7000)}`),
  "a pattern that takes long": statement(`${site}/*${"a".repeat(1024)}`),
};

for (const [what, policy] of Object.entries(malformed)) {
  test(`a policy with ${what} gets MalformedPolicy`, async (t) => {
    const scene = await startPrivate(t);
    const url = withPolicy(`${site}/a`, policy);
    // What no URL can be long enough for can stand in cookies.
    const [, parameters = ""] = url.split("?");
    const cookies = parameters.split("&").map((each) => `CloudFront-${each}`);
    const line = `Cookie: ${cookies.join("; ")}`;
    assertRefused(await get(scene, `${site}/a`, line), "MalformedPolicy");
  });
}

for (const sent of ["Policy=", "Policy=!", "Policy=abc", "Policy=%", "Policy=e30_&Policy=e30_"]) {
  test(`${sent} is no policy and does no harm`, async (t) => {
    const scene = await startPrivate(t);
    const reply = await get(scene, `${site}/a?${sent}&Signature=e30_&Key-Pair-Id=${ec.id}`);
    assertRefused(reply, sent.includes("&") ? "AccessDenied" : "MalformedPolicy");
  });
}

const windows: readonly (readonly [what: string, conditions: object, status: number])[] = [
  ["ends in this second", { DateLessThan: { "AWS:EpochTime": seconds } }, 403],
  ["ends in the next second", { DateLessThan: { "AWS:EpochTime": seconds + 1 } }, 200],
  ["begins after this second", { DateGreaterThan: { "AWS:EpochTime": seconds } }, 403],
  ["began after the second before", { DateGreaterThan: { "AWS:EpochTime": seconds - 1 } }, 200],
  ["is for this address", { IpAddress: { "AWS:SourceIp": "127.0.0.1" } }, 200],
  ["is for this network", { IpAddress: { "AWS:SourceIp": "127.9.9.9/8" } }, 200],
  ["is for all addresses", { IpAddress: { "AWS:SourceIp": "0.0.0.0/0" } }, 200],
  ["is for another address", { IpAddress: { "AWS:SourceIp": "127.0.0.2/32" } }, 403],
];

for (const [what, conditions, status] of windows) {
  test(`a policy that ${what} gets ${status}`, async (t) => {
    const scene = await startPrivate(t);
    const reply = await get(scene, withPolicy(`${site}/a`, statement(`${site}/a`, conditions)));
    assert.equal(reply.status, status);
  });
}

test("a policy without a Resource is for every file", async (t) => {
  const scene = await startPrivate(t);
  const policy = { Statement: [{ Condition: statement("*").Statement[0]!.Condition }] };
  assert.equal((await get(scene, withPolicy(`${site}/any?x=1`, policy))).status, 200);
});

test("a policy for a folder is not for what climbs out of it", async (t) => {
  const scene = await startPrivate(t);
  const query = withPolicy("", statement(`${site}/public/*`));
  const ask = (path: string) => scene.ask(`GET ${path}${query} HTTP/1.1`, `Host: ${host}`);
  assert.equal((await ask("/public/a")).status, 200);
  for (const path of [
    "/public/../a",
    "/public/%2E%2e/a",
    "/public/..%2fa",
    "/public/x/..\\..\\a",
    "/public//../a",
    "/public/x//../../a",
    "/public/.//../a",
    "/public%2f%2f..%2fa",
  ]) {
    assertRefused(await ask(path), "AccessDenied");
  }
});

test("functions see what the URL was signed with; the origin and the cache key do not", async (t) => {
  const seen: (string | undefined)[] = [];
  const scene = await startPrivate(t, {
    cacheStore: new MemoryStore(1_000_000),
    behavior: {
      CachePolicyId: "4cc15a8a-d715-48a4-82b8-cc0b614638fe", // UseOriginCacheControlHeaders-QueryStrings
      OriginRequestPolicyId: "",
    },
    origin: (_, response) => {
      response.setHeader("Cache-Control", "max-age=60");
      response.end("kept");
    },
    viewerRequest: ({ request }) => {
      seen.push(request.querystring);
      return { type: "request", request };
    },
  });
  const first = signed(`${site}/a?x=1`);
  assert.equal((await get(scene, first)).headers["x-cache"], "Miss from cloudfront");
  const reply = await get(scene, withPolicy(`${site}/a?x=1`, statement("*")));
  assert.equal(reply.headers["x-cache"], "Hit from cloudfront");
  assert.equal(seen[0], new URL(first).search.slice(1));
  assert.deepEqual(
    scene.asked.map(({ url }) => url),
    ["/a?x=1"],
  );
});

test("where anybody may ask, parameters of these names are the application's", async (t) => {
  const scene = await startScene(t);
  await get(scene, `${site}/a?Expires=1&Signature=2&Policy=3&Key-Pair-Id=4`);
  assert.equal(scene.asked[0]?.url, "/a?Expires=1&Signature=2&Policy=3&Key-Pair-Id=4");
});

test("the path pattern decides which files are private", async (t) => {
  const scene = await startScene(t, { now: () => now, behavior: {} });
  scene.setState((state) => {
    const all = withKeyGroups(state, [ec], { group: [ec.id] });
    const distributions = all.distributions.map((each) => ({
      ...each,
      config: {
        ...each.config,
        CacheBehaviors: {
          Quantity: 1,
          Items: [
            {
              ...each.config.DefaultCacheBehavior!,
              PathPattern: "/private/*",
              ...trustedGroups("group"),
            },
          ],
        },
      },
    }));
    return { ...all, distributions };
  });
  assert.equal((await get(scene, `${site}/public/a`)).status, 200);
  assertRefused(await get(scene, `${site}/private/a`), "MissingKey");
  assertRefused(await scene.ask("GET /x/../private/a HTTP/1.1", `Host: ${host}`), "MissingKey");
  assert.equal((await get(scene, signed(`${site}/private/a`, ec))).status, 200);
});

test("the distribution's page for 403 takes the XML's place", async (t) => {
  const scene = await startPrivate(t, {
    config: {
      CustomErrorResponses: {
        Quantity: 1,
        Items: [
          {
            ErrorCode: 403,
            ResponsePagePath: "/sign-in.html",
            ResponseCode: "401",
            ErrorCachingMinTTL: 0,
          },
        ],
      },
    },
    origin: (_, response, { url }) => void response.end(`page ${url}`),
  });
  const reply = await get(scene, `${site}/a`);
  assert.equal(reply.status, 401);
  assert.equal(reply.body, "page /sign-in.html");
  assert.equal(reply.headers["x-cache"], "Error from cloudfront");
});

test("the protocol and the methods of the behavior come before the signature", async (t) => {
  const scene = await startPrivate(t, { behavior: { ViewerProtocolPolicy: "redirect-to-https" } });
  assert.equal((await get(scene, `${site}/a`)).status, 301);
  const open = await startPrivate(t);
  assert.match(
    (await open.ask("TRACE /a HTTP/1.1")).body,
    /not configured to allow the HTTP request method/,
  );
});

test("a key that leaves its group is refused from that change on", async (t) => {
  const scene = await startPrivate(t);
  const url = withPolicy(`${site}/a`, statement("*"));
  assert.equal((await get(scene, url)).status, 200);
  assert.equal((await get(scene, url)).status, 200);
  scene.setState((state) => withKeyGroups(state, [rsa, ec], { group: [rsa.id] }));
  assertRefused(await get(scene, url), "InvalidKey");
  scene.setState((state) => withKeyGroups(state, [rsa, ec], { group: [rsa.id, ec.id] }));
  assert.equal((await get(scene, url)).status, 200);
});

test("a group that is not there lets nobody in", async (t) => {
  const scene = await startPrivate(t);
  scene.setState((state) => withKeyGroups(state, [rsa], {}));
  assertRefused(await get(scene, signed(`${site}/a`)), "InvalidKey");
});

test("trusted signers are accounts, whose keys the node was told", async (t) => {
  const signers = ["self", "111122223333"];
  const scene = await startScene(t, {
    now: () => now,
    behavior: { TrustedSigners: { Enabled: true, Quantity: 2, Items: signers } },
    trustedSignerKeys: {
      self: { [ec.id]: ec.publicKey },
      [account]: { [ec.id]: ec.publicKey },
      "111122223333": { [rsa.id]: rsa.publicKey },
      "444455556666": { [other.id]: other.publicKey },
    },
  });
  assert.equal((await get(scene, signed(`${site}/a`, ec))).status, 200);
  assert.equal((await get(scene, signed(`${site}/a`, rsa))).status, 200);
  assertRefused(await get(scene, signed(`${site}/a`, other)), "InvalidKey");
  assertRefused(await get(scene, `${site}/a`), "MissingKey");
});
