/** The geographic restriction of a distribution, over real sockets. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { MemoryStore } from "../../src/cache/memory-store.ts";
import type { ViewerPlace } from "../../src/edge/viewer-place.ts";
import { group, multiTenant, tenant, withResources } from "./tenant-scene.ts";
import { startScene, type Config, type SceneOptions } from "../edge/viewer-scene.ts";

type Kind = "none" | "whitelist" | "blacklist";

const restricted = (kind: Kind, ...countries: string[]): Partial<Config> => ({
  Restrictions: {
    GeoRestriction: { RestrictionType: kind, Quantity: countries.length, Items: countries },
  },
});

const start = (t: TestContext, place: ViewerPlace, options: SceneOptions) =>
  startScene(t, { ...options, findPlace: () => place });

const cases: [kind: Kind, listed: string[], country: string | undefined, status: number][] = [
  ["whitelist", ["DE", "FR"], "FR", 200],
  ["whitelist", ["DE", "FR"], "US", 403],
  ["blacklist", ["DE", "FR"], "US", 200],
  ["blacklist", ["DE", "FR"], "DE", 403],
  ["whitelist", ["DE"], undefined, 200],
  ["blacklist", ["DE"], undefined, 200],
  ["none", [], "DE", 200],
];

for (const [kind, listed, country, status] of cases) {
  const whose = country === undefined ? "of a country that is not known" : `in ${country}`;
  test(`${kind} ${listed.join(" ")}: a viewer ${whose} gets ${status}`, async (t) => {
    const place = country === undefined ? {} : { country };
    const scene = await start(t, place, { config: restricted(kind, ...listed) });
    assert.equal((await scene.ask("GET / HTTP/1.1")).status, status);
  });
}

test("a tenant's restriction stands in the place of its distribution's", async (t) => {
  const config = { ...multiTenant(), ...restricted("blacklist", "DE") };
  const scene = await start(t, { country: "DE" }, { config });
  const own = (RestrictionType: Kind, ...Locations: string[]) => ({
    Customizations: { GeoRestrictions: { RestrictionType, Locations } },
  });
  scene.setState((state) =>
    withResources(
      state,
      group(),
      tenant("dt_1", ["inherits.test"]),
      tenant("dt_2", ["free.test"], own("none")),
      tenant("dt_3", ["german.test"], own("whitelist", "DE")),
      tenant("dt_4", ["french.test"], own("whitelist", "FR")),
    ),
  );
  const statuses: [host: string, status: number][] = [
    ["inherits.test", 403],
    ["free.test", 200],
    ["german.test", 200],
    ["french.test", 403],
  ];
  for (const [host, status] of statuses) {
    assert.equal((await scene.ask("GET / HTTP/1.1", `Host: ${host}`)).status, status, host);
  }
});

test("a blocked viewer gets CloudFront's page, and neither function nor origin hears of it", async (t) => {
  const scene = await start(
    t,
    { country: "DE" },
    { config: restricted("blacklist", "DE"), viewerRequest: () => assert.fail("is not asked") },
  );
  const { status, headers, body } = await scene.ask("GET /a HTTP/1.1");
  assert.equal(status, 403);
  assert.equal(headers["x-cache"], "Error from cloudfront");
  assert.match(
    body,
    /The Amazon CloudFront distribution is configured to block access from your country\./,
  );
  assert.equal(scene.asked.length, 0);
  const [visit] = scene.visits;
  assert.deepEqual([visit?.status, visit?.result, visit?.detail], [403, "Error", "country"]);
});

test("the custom error response for 403 takes the page's place", async (t) => {
  const scene = await start(
    t,
    { country: "DE" },
    {
      config: {
        ...restricted("blacklist", "DE"),
        CustomErrorResponses: {
          Quantity: 1,
          Items: [{ ErrorCode: 403, ResponsePagePath: "/blocked.html", ResponseCode: "451" }],
        },
      },
      origin: (_, response) => void response.end("not in your country"),
    },
  );
  const { status, headers, body } = await scene.ask("POST /a HTTP/1.1", "Content-Length: 0");
  assert.deepEqual([status, body], [451, "not in your country"]);
  assert.equal(headers["x-cache"], "Error from cloudfront");
  assert.deepEqual(
    scene.asked.map(({ method, url }) => `${method} ${url}`),
    ["GET /blocked.html"],
  );
  assert.equal(scene.visits[0]?.detail, "country");
});

test("a custom error page that is an error itself leaves CloudFront's page", async (t) => {
  const page = { ErrorCode: 403, ResponsePagePath: "/blocked.html", ResponseCode: "451" };
  const scene = await start(
    t,
    { country: "DE" },
    {
      config: {
        ...restricted("blacklist", "DE"),
        CustomErrorResponses: { Quantity: 1, Items: [page] },
      },
      origin: (_, response) => void response.writeHead(500).end(),
    },
  );
  const { status, body } = await scene.ask("GET /a HTTP/1.1");
  assert.equal(status, 403);
  assert.match(body, /block access from your country/);
});

test("the redirect to HTTPS comes first, the allowed methods later", async (t) => {
  const config = restricted("blacklist", "DE");
  const methods = { Quantity: 2, Items: ["GET", "HEAD"] as ("GET" | "HEAD")[] };
  const secure = await start(
    t,
    { country: "DE" },
    { config, behavior: { ViewerProtocolPolicy: "redirect-to-https" } },
  );
  assert.equal((await secure.ask("GET / HTTP/1.1")).status, 301);
  const reading = await start(
    t,
    { country: "DE" },
    { config, behavior: { AllowedMethods: methods } },
  );
  await reading.ask("POST / HTTP/1.1", "Content-Length: 0");
  assert.equal(reading.visits[0]?.detail, "country");
});

test("what is kept is not for viewers who are blocked, nor is their page for others", async (t) => {
  let country = "FR";
  const scene = await startScene(t, {
    config: restricted("blacklist", "DE"),
    behavior: { CachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6" },
    cacheStore: new MemoryStore(1_000_000),
    findPlace: () => ({ country }),
  });
  assert.equal((await scene.ask("GET /a HTTP/1.1")).headers["x-cache"], "Miss from cloudfront");
  country = "DE";
  assert.equal((await scene.ask("GET /a HTTP/1.1")).status, 403);
  country = "FR";
  assert.equal((await scene.ask("GET /a HTTP/1.1")).headers["x-cache"], "Hit from cloudfront");
});

test("nothing is looked up for a distribution without a restriction", async (t) => {
  const scene = await startScene(t, {
    config: restricted("none"),
    behavior: { OriginRequestPolicyId: "" },
    findPlace: () => assert.fail("nobody asked"),
  });
  assert.equal((await scene.ask("GET / HTTP/1.1")).status, 200);
});
