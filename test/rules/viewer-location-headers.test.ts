/** The CloudFront-Viewer-… headers that say where a viewer is, over real sockets. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../src/cache/memory-store.ts";
import type { ViewerPlace } from "../../src/edge/viewer-place.ts";
import { cachingDisabled, startScene, type Asked, type Behavior } from "../edge/viewer-scene.ts";

/** Names all of the headers here. */
const allViewerAndCloudFront = "33f36d7e-f396-46d9-90e0-52428a34d9dc";

const seattle: ViewerPlace = {
  country: "US",
  countryName: "United States",
  region: "WA",
  regionName: "Washington",
  city: "Seattle",
  postalCode: "98101",
  timeZone: "America/Los_Angeles",
  latitude: 47.6062,
  longitude: -122.3321,
  metroCode: 819,
  asn: 64_496,
};

function locationOf({ headers }: Pick<Asked, "headers">): Record<string, unknown> {
  const told = /^cloudfront-viewer-(asn|city|country|latitude|longitude|metro|postal|time)/;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => told.test(name)));
}

test("an origin request policy that names them sends what is known of the viewer's address", async (t) => {
  const addresses: string[] = [];
  const scene = await startScene(t, {
    behavior: { OriginRequestPolicyId: allViewerAndCloudFront },
    findPlace: (ip) => {
      addresses.push(ip);
      return seattle;
    },
  });
  await scene.ask("GET / HTTP/1.1");
  assert.deepEqual(locationOf(scene.asked[0]!), {
    "cloudfront-viewer-asn": "64496",
    "cloudfront-viewer-city": "Seattle",
    "cloudfront-viewer-country": "US",
    "cloudfront-viewer-country-name": "United States",
    "cloudfront-viewer-country-region": "WA",
    "cloudfront-viewer-country-region-name": "Washington",
    "cloudfront-viewer-latitude": "47.60620",
    "cloudfront-viewer-longitude": "-122.33210",
    "cloudfront-viewer-metro-code": "819",
    "cloudfront-viewer-postal-code": "98101",
    "cloudfront-viewer-time-zone": "America/Los_Angeles",
  });
  assert.deepEqual(addresses, ["127.0.0.1"]);
});

test("names are percent-encoded where they are not ASCII", async (t) => {
  const scene = await startScene(t, {
    behavior: { OriginRequestPolicyId: allViewerAndCloudFront },
    findPlace: () => ({ city: "São Paulo", regionName: "100%", countryName: "Côte d’Ivoire" }),
  });
  await scene.ask("GET / HTTP/1.1");
  assert.deepEqual(locationOf(scene.asked[0]!), {
    "cloudfront-viewer-city": "S%C3%A3o Paulo",
    "cloudfront-viewer-country-name": "C%C3%B4te d%E2%80%99Ivoire",
    "cloudfront-viewer-country-region-name": "100%25",
  });
});

test("what is not known has no header, and what the viewer says of itself is never believed", async (t) => {
  const scene = await startScene(t, {
    behavior: { OriginRequestPolicyId: allViewerAndCloudFront },
    findPlace: () => ({ country: "SE" }),
  });
  await scene.ask(
    "GET / HTTP/1.1",
    "CloudFront-Viewer-Country: US",
    "CloudFront-Viewer-City: Seattle",
  );
  assert.deepEqual(locationOf(scene.asked[0]!), { "cloudfront-viewer-country": "SE" });
});

test("a viewer-request function sees those that a policy names", async (t) => {
  let seen: readonly string[] = [];
  const scene = await startScene(t, {
    behavior: { OriginRequestPolicyId: allViewerAndCloudFront },
    findPlace: () => seattle,
    viewerRequest: ({ request }) => {
      seen = request.headers;
      return { type: "request", request };
    },
  });
  await scene.ask("GET / HTTP/1.1");
  assert.equal(seen[seen.indexOf("CloudFront-Viewer-City") + 1], "Seattle");
});

/** A behavior that has the header in its cache key. */
const byCountry: Partial<Behavior> = {
  CachePolicyId: "",
  OriginRequestPolicyId: "",
  ForwardedValues: {
    QueryString: false,
    Cookies: { Forward: "none" },
    Headers: { Quantity: 1, Items: ["CloudFront-Viewer-Country"] },
  },
  MinTTL: 0,
  DefaultTTL: 60,
  MaxTTL: 60,
};

test("a header in the cache key parts the viewers of one country from those of another", async (t) => {
  let country: string | undefined = "DE";
  const scene = await startScene(t, {
    behavior: byCountry,
    cacheStore: new MemoryStore(1_000_000),
    findPlace: () => (country === undefined ? {} : { country }),
    origin: (_, response, { headers }) =>
      void response.end(`for ${String(headers["cloudfront-viewer-country"] ?? "anybody")}`),
  });
  const answers: string[] = [];
  for (country of ["DE", "FR", "DE", undefined, undefined]) {
    const { headers, body } = await scene.ask("GET / HTTP/1.1");
    answers.push(`${headers["x-cache"]?.split(" ")[0]} ${body}`);
  }
  const expected = ["Miss for DE", "Miss for FR", "Hit for DE", "Miss for anybody"];
  assert.deepEqual(answers, [...expected, "Hit for anybody"]);
  assert.equal(scene.asked.length, 3);
});

test("nothing is looked up where no policy names such a header", async (t) => {
  const scene = await startScene(t, {
    behavior: { CachePolicyId: cachingDisabled },
    findPlace: () => assert.fail("nobody asked"),
  });
  await scene.ask("GET / HTTP/1.1");
  assert.deepEqual(locationOf(scene.asked[0]!), {});
});

test("a viewer is looked up once, however many headers are named", async (t) => {
  let times = 0;
  const scene = await startScene(t, {
    behavior: { OriginRequestPolicyId: allViewerAndCloudFront },
    config: {
      Restrictions: {
        GeoRestriction: { RestrictionType: "blacklist", Quantity: 1, Items: ["DE"] },
      },
    },
    findPlace: () => {
      times += 1;
      return seattle;
    },
  });
  await scene.ask("GET / HTTP/1.1");
  assert.equal(times, 1);
});
