/** What is mocked of viewers and origins, by rules and by headers, over real sockets. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../src/cache/memory-store.ts";
import { readMockRules } from "../../src/edge/mock/mock-rules.ts";
import { createMocks } from "../../src/edge/mock/mocks.ts";
import type { FunctionEvent, Outcome } from "../../src/runtime/function-runtime.ts";
import { originConfig, startScene, type Behavior, type Config } from "../edge/viewer-scene.ts";
import { notedLogger } from "../support/noted-logger.ts";

const byHeaders = createMocks({ byHeaders: true, rules: () => [] });

function byRules(...rules: unknown[]) {
  const read = readMockRules(JSON.stringify({ rules }));
  return createMocks({ byHeaders: false, rules: () => read });
}

const allViewerAndCloudFront = "33f36d7e-f396-46d9-90e0-52428a34d9dc";
const withCountryInKey: Partial<Behavior> = {
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

/** Answers with the country that it sees, as functions by country do. */
const greeting = ({ request: { headers } }: FunctionEvent): Outcome => {
  const at = headers.indexOf("CloudFront-Viewer-Country");
  const country = at < 0 ? "nowhere" : headers[at + 1];
  return {
    type: "response",
    response: { statusCode: 200, statusDescription: "OK", headers: ["country", `${country}`] },
  };
};

for (const withoutPlainDoor of [false, true]) {
  const door = withoutPlainDoor ? "node:http" : "the plain door";

  test(`a header says which country a function sees (${door})`, async (t) => {
    const seen: FunctionEvent[] = [];
    const scene = await startScene(t, {
      listener: { withoutPlainDoor },
      behavior: { OriginRequestPolicyId: allViewerAndCloudFront },
      mocks: byHeaders,
      viewerRequest: (event) => {
        seen.push(event);
        return greeting(event);
      },
    });
    const { headers } = await scene.ask("GET / HTTP/1.1", "x-footlight-mock-country: DE");
    assert.equal(headers["country"], "DE");
    assert.equal(headers["x-footlight-mocked"], "country=DE");
    assert.ok(!seen[0]!.request.headers.some((text) => /footlight/i.test(text)));
    assert.equal(scene.visits[0]?.request.mocked?.told, "country=DE");
    assert.equal((await scene.ask("GET / HTTP/1.1")).headers["country"], "nowhere");
  });

  test(`mock headers reach neither key nor origin (${door})`, async (t) => {
    const scene = await startScene(t, {
      listener: { withoutPlainDoor },
      mocks: byHeaders,
      cacheStore: new MemoryStore(1_000_000),
      behavior: {
        ...withCountryInKey,
        ForwardedValues: {
          ...withCountryInKey.ForwardedValues!,
          Headers: { Quantity: 2, Items: ["CloudFront-Viewer-Country", "X-Footlight-Mock-City"] },
        },
      },
    });
    const states: (string | undefined)[] = [];
    for (const line of ["Country: DE", "City: Bonn", "City: Köln", "Country: FR", "Country: DE"]) {
      const { headers } = await scene.ask("GET / HTTP/1.1", `X-Footlight-Mock-${line}`);
      states.push(headers["x-cache"]?.split(" ")[0]);
    }
    assert.deepEqual(states, ["Miss", "Miss", "Hit", "Miss", "Hit"]);
    const names = scene.asked.flatMap(({ headers }) => Object.keys(headers));
    assert.ok(!names.some((name) => name.includes("footlight")));
  });
}

test("without --mock-headers such headers are headers like any other", async (t) => {
  const scene = await startScene(t, { mocks: byRules({ viewers: ["10.0.0.0/8"], country: "DE" }) });
  const { headers } = await scene.ask("GET / HTTP/1.1", "X-Footlight-Mock-Country: DE");
  assert.equal(headers["x-footlight-mocked"], undefined);
  assert.equal(scene.asked[0]?.headers["x-footlight-mock-country"], "DE");
});

test("a header that is no mock, or whose value is none, is refused and says why", async (t) => {
  const scene = await startScene(t, { mocks: byHeaders });
  const refused = async (...lines: string[]) => {
    const { status, body } = await scene.ask("GET / HTTP/1.1", ...lines);
    assert.equal(status, 400);
    return body;
  };
  assert.match(
    await refused("X-Footlight-Mock-Country: Germany"),
    /x-footlight-mock-country must be two capital letters, .* got "Germany"\./,
  );
  assert.match(
    await refused("X-Footlight-Mock-Land: DE"),
    /There is no x-footlight-mock-land: x-footlight-mock-country, .*x-footlight-mock-origin-health/,
  );
  assert.match(
    await refused("X-Footlight-Mock-Country: DE", "X-Footlight-Mock-Country: FR"),
    /is there twice/,
  );
  assert.match(await refused("X-Footlight-Mock-Origin-Health: ill"), /must be down, slow, a/);
  assert.equal(scene.asked.length, 0);
  assert.equal(scene.visits[0]?.detail, "mock");
});

test("places, networks, devices, fingerprints and the edge location can be mocked", async (t) => {
  const names = ["City", "ASN", "JA3-Fingerprint", "JA4-Fingerprint"];
  const devices = ["Android", "Desktop", "IOS", "Mobile", "SmartTV", "Tablet"];
  const listed = [
    ...names.map((name) => `CloudFront-Viewer-${name}`),
    ...devices.map((kind) => `CloudFront-Is-${kind}-Viewer`),
  ];
  const scene = await startScene(t, {
    mocks: byHeaders,
    behavior: {
      ...withCountryInKey,
      ForwardedValues: {
        ...withCountryInKey.ForwardedValues!,
        Headers: { Quantity: listed.length, Items: listed },
      },
    },
  });
  const ja3 = "e7d705a3286e19ea42f587b344ee6865";
  const ja4 = "t13d1516h2_8daaf6152771_b186095e22b6";
  const { headers } = await scene.ask(
    "GET / HTTP/1.1",
    "User-Agent: curl",
    `X-Footlight-Mock-City: ${Buffer.from("Köln").toString("latin1")}`,
    "X-Footlight-Mock-ASN: 64496",
    `X-Footlight-Mock-JA3: ${ja3}`,
    `X-Footlight-Mock-JA4: ${ja4}`,
    "X-Footlight-Mock-Device: ios, mobile",
    "X-Footlight-Mock-Pop: SEA19-C3",
  );
  const got = scene.asked[0]!.headers;
  const told = [...names.map((name) => got[`cloudfront-viewer-${name.toLowerCase()}`])];
  assert.deepEqual(told, ["K%C3%B6ln", "64496", ja3, ja4]);
  const fitting = devices.filter(
    (kind) => got[`cloudfront-is-${kind.toLowerCase()}-viewer`] === "true",
  );
  assert.deepEqual(fitting, ["IOS", "Mobile"]);
  assert.equal(headers["x-amz-cf-pop"], "SEA19-C3");
  assert.equal(
    headers["x-footlight-mocked"],
    `city=K%C3%B6ln, asn=64496, device=ios, mobile, ja3=${ja3}, ja4=${ja4}, pop=SEA19-C3`,
  );
});

test("a geographic restriction goes by the mocked country", async (t) => {
  const scene = await startScene(t, {
    mocks: byRules({ viewers: ["127.0.0.0/8"], paths: ["/de/*"], country: "DE" }),
    config: {
      Restrictions: {
        GeoRestriction: { RestrictionType: "blacklist", Quantity: 1, Items: ["DE"] },
      },
    },
  });
  assert.equal((await scene.ask("GET /de/ HTTP/1.1")).status, 403);
  assert.equal((await scene.ask("GET /fr/ HTTP/1.1")).status, 200);
});

test("an origin that is mocked as down is not asked: 502, and the visit says so", async (t) => {
  const logger = notedLogger();
  const scene = await startScene(t, {
    mocks: byRules({ originHealth: { origin: "down" } }),
    logger,
  });
  const { status, headers } = await scene.ask("GET / HTTP/1.1");
  assert.equal(status, 502);
  assert.equal(headers["x-footlight-mocked"], "origin-health:origin=down");
  assert.equal(scene.asked.length, 0);
  const [attempt] = scene.visits[0]!.origins;
  assert.deepEqual([attempt?.isMocked, attempt?.fault], [true, "unreachable"]);
  assert.match(logger.lines.join("\n"), /origin failed, as it is mocked/);
});

test("slow origins take their response timeout: 504; late ones answer later", async (t) => {
  const scene = await startScene(t, {
    mocks: byHeaders,
    originConfig: {
      CustomOriginConfig: {
        ...originConfig(0).CustomOriginConfig!,
        HTTPPort: 0,
        OriginReadTimeout: 1,
      },
    },
  });
  const ask = (health: string) =>
    scene.ask("GET / HTTP/1.1", `X-Footlight-Mock-Origin-Health: ${health}`);
  const started = performance.now();
  const answers = await Promise.all([ask("slow"), ask("origin=1200ms")]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [504, 504],
  );
  assert.ok(performance.now() - started >= 990);
  // It is asked then, and there is nothing at port 0.
  assert.equal((await ask("5ms")).status, 502);
});

test("a group fails over from an origin that is mocked", async (t) => {
  const origins = await startScene(t, {
    origin: (_, response) => void response.end("from the second"),
  });
  const config: Partial<Config> = {
    Origins: {
      Quantity: 2,
      Items: [
        originConfig(origins.originPort, { Id: "first" }),
        originConfig(origins.originPort, { Id: "second" }),
      ],
    },
    OriginGroups: {
      Quantity: 1,
      Items: [
        {
          Id: "group",
          FailoverCriteria: { StatusCodes: { Quantity: 2, Items: [503, 500] } },
          Members: { Quantity: 2, Items: [{ OriginId: "first" }, { OriginId: "second" }] },
        },
      ],
    },
  };
  const scene = await startScene(t, {
    mocks: byHeaders,
    config,
    behavior: { TargetOriginId: "group" },
  });
  const attemptsWith = async (health: string) => {
    const line = `X-Footlight-Mock-Origin-Health: ${health}`;
    const { status, body } = await scene.ask("GET / HTTP/1.1", line);
    const ids = scene.visits.at(-1)!.origins.map(({ originId }) => originId);
    return [status, body, ids.join(" then ")];
  };
  const both = [200, "from the second", "first then second"];
  assert.deepEqual(await attemptsWith("first=down"), both);
  assert.deepEqual(await attemptsWith("first=500"), both);
  const [status, body, ids] = await attemptsWith("first=404");
  assert.deepEqual([status, ids], [404, "first"]);
  assert.equal(body, "This origin is mocked: 404 Not Found\n");
  assert.equal((await attemptsWith("down"))[0], 502);
});

test("what is kept is served stale while the origin is mocked as down", async (t) => {
  let now = Date.parse("2026-01-02T03:04:05.000Z");
  const scene = await startScene(t, {
    mocks: byHeaders,
    cacheStore: new MemoryStore(1_000_000),
    behavior: { ...withCountryInKey, MaxTTL: 600 },
    now: () => new Date(now),
    origin: (_, response) => void response.end("kept"),
  });
  await scene.ask("GET / HTTP/1.1");
  now += 61_000;
  const { status, body } = await scene.ask(
    "GET / HTTP/1.1",
    "X-Footlight-Mock-Origin-Health: origin=down",
  );
  assert.deepEqual([status, body], [200, "kept"]);
  assert.equal(scene.asked.length, 1);
});

test("a custom error page stands in for a mocked status", async (t) => {
  const page = { ErrorCode: 500, ResponsePagePath: "/sorry.html", ResponseCode: "503" };
  const files = originConfig(0, { Id: "broken" });
  const pages = await startScene(t, { origin: (_, response) => void response.end("sorry") });
  const scene = await startScene(t, {
    mocks: byRules({ paths: ["/a"], originHealth: { broken: 500 } }),
    behavior: { TargetOriginId: "broken" },
    config: {
      Origins: { Quantity: 2, Items: [files, originConfig(pages.originPort)] },
      CustomErrorResponses: { Quantity: 1, Items: [page] },
      CacheBehaviors: {
        Quantity: 1,
        Items: [
          {
            PathPattern: "/sorry.html",
            TargetOriginId: "origin",
            ViewerProtocolPolicy: "allow-all",
          },
        ],
      },
    },
  });
  const { status, body } = await scene.ask("GET /a HTTP/1.1");
  assert.deepEqual([status, body], [503, "sorry"]);
});
