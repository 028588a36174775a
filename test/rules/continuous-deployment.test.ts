/** Continuous deployment: which viewers a staging distribution serves, on real sockets. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Map } from "immutable";
import { MemoryStore } from "../../src/cache/memory-store.ts";
import { lookUp } from "../../src/edge/look-up.ts";
import { CacheRecord } from "../../src/edge/record/cache-record.ts";
import type { Resource } from "../../src/model/resource.ts";
import type { State } from "../../src/state/state.ts";
import {
  distributionOf,
  domainName,
  startScene,
  type Config,
  type Reply,
  type Scene,
  type SceneOptions,
} from "../edge/viewer-scene.ts";

type PolicyConfig = Resource<"continuous-deployment-policy">["config"];
type Traffic = NonNullable<PolicyConfig["TrafficConfig"]>;

const stagingName = "d222222abcdef8.cloudfront.localhost";
const header = "aws-cf-cd-try";
const byHeader: Traffic = {
  Type: "SingleHeader",
  SingleHeaderConfig: { Header: header, Value: "yes, please" },
};
const byWeight = (Weight: number, sticky?: object): Traffic => ({
  Type: "SingleWeight",
  SingleWeightConfig: {
    Weight,
    ...(sticky && { SessionStickinessConfig: { IdleTTL: 300, MaximumTTL: 900, ...sticky } }),
  },
});

interface Changes {
  readonly policy?: Partial<PolicyConfig>;
  readonly version?: number;
  readonly primary?: Partial<Config>;
  readonly staging?: Partial<Config>;
}

/** A primary, and a staging distribution that asks the same origin below /staging. */
function withStaging(state: State, traffic: Traffic, changes: Changes = {}): State {
  const primary = state.distributions.get("E1")!;
  const origin = primary.config.Origins!.Items![0]!;
  const config = { ...primary.config, ContinuousDeploymentPolicyId: "P1", ...changes.primary };
  const staging = {
    ...primary.config,
    Staging: true,
    Aliases: { Quantity: 0 },
    Origins: { Quantity: 1, Items: [{ ...origin, OriginPath: "/staging" }] },
    ...changes.staging,
  };
  const policy: Resource<"continuous-deployment-policy"> = {
    kind: "continuous-deployment-policy",
    id: "P1",
    config: {
      Enabled: true,
      StagingDistributionDnsNames: { Quantity: 1, Items: [stagingName] },
      TrafficConfig: traffic,
      ...changes.policy,
    },
    attributes: {},
    version: changes.version ?? 1,
    deployRevision: 1,
    createdTime: "2026-01-01T00:00:00.000Z",
    lastModifiedTime: "2026-01-01T00:00:00.000Z",
  };
  return {
    ...state,
    distributions: state.distributions
      .set("E1", { ...primary, config })
      .set("E2", distributionOf("E2", stagingName, staging)),
    resources: state.resources.set("continuous-deployment-policy", Map([["P1", policy]])),
  };
}

async function startStaging(
  t: TestContext,
  traffic: Traffic,
  options: SceneOptions = {},
): Promise<Scene> {
  const scene = await startScene(t, {
    origin: (_, response, { url }) => void response.end(url),
    ...options,
  });
  scene.setState((state) => withStaging(state, traffic));
  return scene;
}

const isStaged = ({ body }: Reply): boolean => body.startsWith("/staging/");

test("a request with the header and its exact value goes to the staging distribution", async (t) => {
  const scene = await startStaging(t, byHeader);
  const ask = async (...lines: string[]) => isStaged(await scene.ask("GET /a HTTP/1.1", ...lines));
  assert.equal(await ask(`${header}: yes, please`), true);
  assert.equal(await ask("AWS-CF-CD-Try: yes, please"), true);
  assert.equal(await ask(), false);
  for (const value of ["yes", "Yes, please", "yes, please!", ""]) {
    assert.equal(await ask(`${header}: ${value}`), false, value);
  }
  assert.equal(await ask("aws-cf-cd-other: yes, please"), false);
});

test("viewers come by the primary's names alone", async (t) => {
  const scene = await startStaging(t, byHeader, {
    config: { Aliases: { Quantity: 1, Items: ["www.example.com"] } },
  });
  const line = `${header}: yes, please`;
  const ask = (host: string) => scene.ask("GET /a HTTP/1.1", line, `Host: ${host}`);
  assert.equal(isStaged(await ask("www.example.com")), true);
  assert.equal((await ask(stagingName)).status, 403);
});

const closed: Readonly<Record<string, Changes>> = {
  "the policy is disabled": { policy: { Enabled: false } },
  "the policy has no traffic": { policy: { TrafficConfig: undefined } },
  "the staging distribution is disabled": { staging: { Enabled: false } },
  "the policy is not attached": { primary: { ContinuousDeploymentPolicyId: "" } },
  "the policy names another staging distribution": {
    policy: { StagingDistributionDnsNames: { Quantity: 1, Items: ["gone.cloudfront.localhost"] } },
  },
};

for (const [why, changes] of Object.entries(closed)) {
  test(`everybody stays with the primary when ${why}, from that change on`, async (t) => {
    const scene = await startStaging(t, byHeader);
    const ask = () => scene.ask("GET /a HTTP/1.1", `${header}: yes, please`);
    assert.equal(isStaged(await ask()), true);
    scene.setState((state) => withStaging(state, byHeader, changes));
    assert.equal((await ask()).body, "/a");
    scene.setState((state) => withStaging(state, byHeader));
    assert.equal(isStaged(await ask()), true);
  });
}

test("a disabled primary leads nowhere", async (t) => {
  const scene = await startStaging(t, byHeader);
  scene.setState((state) => withStaging(state, byHeader, { primary: { Enabled: false } }));
  assert.equal((await scene.ask("GET /a HTTP/1.1", `${header}: yes, please`)).status, 403);
});

test("the weight is the part of requests that go to the staging distribution", async (t) => {
  let drawn = 0;
  const scene = await startStaging(t, byWeight(0.15), { random: () => (drawn++ % 100) / 100 });
  let staged = 0;
  for (let count = 0; count < 100; count++) {
    if (isStaged(await scene.ask("GET /a HTTP/1.1"))) staged += 1;
  }
  assert.equal(staged, 15);
  scene.setState((state) => withStaging(state, byWeight(0)));
  assert.equal(isStaged(await scene.ask("GET /a HTTP/1.1")), false);
});

test("without stickiness there is no cookie", async (t) => {
  const scene = await startStaging(t, byWeight(0.15), { random: () => 0 });
  assert.equal((await scene.ask("GET /a HTTP/1.1")).headers["set-cookie"], undefined);
});

interface Sticky {
  readonly scene: Scene;
  /** Asks as a browser: keeps the cookie that it is given. */
  readonly visit: () => Promise<boolean>;
  readonly set: (changes: { at?: number; draw?: number; cookie?: string }) => void;
  readonly cookie: () => string;
}

/** @returns a scene whose clock and draws the test sets */
async function startSticky(t: TestContext, options: SceneOptions = {}): Promise<Sticky> {
  let at = 0;
  let draw = 0;
  let cookie = "";
  const scene = await startStaging(t, byWeight(0.15, {}), {
    now: () => new Date(Date.UTC(2026, 0, 1) + at * 1000),
    random: () => draw,
    ...options,
  });
  return {
    scene,
    async visit() {
      const lines = cookie === "" ? [] : [`Cookie: a=1; ${cookie}`];
      const reply = await scene.ask("GET /a HTTP/1.1", ...lines);
      const set = reply.headers["set-cookie"]?.split(";")[0];
      if (set !== undefined) cookie = set;
      return isStaged(reply);
    },
    set(changes) {
      ({ at, draw, cookie } = { at, draw, cookie, ...changes });
    },
    cookie: () => cookie,
  };
}

test("a session keeps a viewer where it was sent, staging or primary", async (t) => {
  const { visit, set } = await startSticky(t);
  assert.equal(await visit(), true);
  set({ draw: 0.9 });
  assert.equal(await visit(), true);
  set({ cookie: "" });
  assert.equal(await visit(), false);
  set({ draw: 0 });
  assert.equal(await visit(), false);
});

test("a session is over when IdleTTL has gone by without a request", async (t) => {
  const { visit, set } = await startSticky(t);
  assert.equal(await visit(), true);
  set({ draw: 0.9, at: 299 });
  assert.equal(await visit(), true);
  set({ at: 299 + 300 });
  assert.equal(await visit(), false);
});

test("a session is over when MaximumTTL has gone by, whatever was asked meanwhile", async (t) => {
  const { visit, set } = await startSticky(t);
  assert.equal(await visit(), true);
  set({ draw: 0.9 });
  for (let at = 200; at < 900; at += 100) {
    set({ at });
    assert.equal(await visit(), true, `after ${at} seconds`);
  }
  set({ at: 900 });
  assert.equal(await visit(), false);
});

test("nobody stays longer with a cookie that is kept or changed", async (t) => {
  const { visit, set, cookie } = await startSticky(t);
  assert.equal(await visit(), true);
  const first = cookie();
  set({ draw: 0.9, at: 301, cookie: first });
  assert.equal(await visit(), false);
  set({ at: 302, cookie: cookie().replace("primary", "staging") });
  assert.equal(await visit(), false);
  const began = /\.(\d+)\./.exec(first)![1]!;
  set({ at: 303, cookie: first.replaceAll(began, String(Number(began) + 300)) });
  assert.equal(await visit(), false);
});

const resets: Readonly<Record<string, readonly (readonly [Traffic, Changes])[]>> = {
  "the policy is turned off and on": [
    [byWeight(0.15, {}), { policy: { Enabled: false }, version: 2 }],
    [byWeight(0.15, {}), { version: 3 }],
  ],
  "stickiness is turned off and on": [
    [byWeight(0.15), { version: 2 }],
    [byWeight(0.15, {}), { version: 3 }],
  ],
};

for (const [why, steps] of Object.entries(resets)) {
  test(`sessions are over when ${why}`, async (t) => {
    const { scene, visit, set } = await startSticky(t);
    assert.equal(await visit(), true);
    set({ draw: 0.9 });
    assert.equal(await visit(), true);
    for (const [traffic, changes] of steps) {
      scene.setState((state) => withStaging(state, traffic, changes));
      assert.equal(await visit(), false);
    }
  });
}

test("the cookie is HttpOnly, for the whole site, and no longer than its session", async (t) => {
  const { scene, set, visit, cookie } = await startSticky(t);
  const reply = await scene.ask("GET /a HTTP/1.1");
  assert.match(
    reply.headers["set-cookie"] ?? "",
    /^footlight-continuous-deployment=staging\.\d+\.\d+\.[\w-]{22}; Path=\/; Max-Age=300; HttpOnly; SameSite=Lax$/,
  );
  for (const at of [0, 250, 500, 750]) {
    set({ at });
    assert.equal(await visit(), true);
  }
  const last = await scene.ask("GET /a HTTP/1.1", `Cookie: ${cookie()}`);
  assert.equal(last.headers["set-cookie"], undefined);
  set({ at: 751 });
  const later = await scene.ask("GET /a HTTP/1.1", `Cookie: ${cookie()}`);
  assert.match(later.headers["set-cookie"] ?? "", /Max-Age=149;/);
});

test("the cookie stays between the viewer and the edge", async (t) => {
  const seen: string[] = [];
  const { scene, visit } = await startSticky(t, {
    cacheStore: new MemoryStore(1_000_000),
    behavior: {
      CachePolicyId: "83da9c7e-98b4-4e11-a168-04f0df8e2c65", // UseOriginCacheControlHeaders
      OriginRequestPolicyId: "",
    },
    origin: (_, response, { url }) => {
      response.setHeader("Cache-Control", "max-age=60");
      response.end(url);
    },
    viewerRequest: ({ request }) => {
      seen.push(request.headers.join("\n"));
      return { type: "request", request };
    },
    viewerResponse: ({ response }) => {
      seen.push(response!.headers.join("\n"));
      return { type: "response", response: response! };
    },
  });
  assert.equal(await visit(), true);
  assert.equal(await visit(), true);
  assert.doesNotMatch(seen.join("\n"), /footlight-continuous-deployment/);
  assert.match(seen.join("\n"), /a=1/);
  assert.deepEqual(
    scene.asked.map(({ headers }) => headers.cookie),
    [undefined, "a=1"],
  );
  scene.setState((state) => withStaging(state, byHeader));
  await visit();
  assert.equal(scene.asked.at(-1)?.headers.cookie, "a=1");
});

test("what the edge answers by itself keeps a session too", async (t) => {
  const { scene } = await startSticky(t, {
    behavior: { ViewerProtocolPolicy: "redirect-to-https" },
  });
  const reply = await scene.ask("GET /a HTTP/1.1");
  assert.equal(reply.status, 301);
  assert.match(reply.headers["set-cookie"] ?? "", /^footlight-continuous-deployment=staging/);
});

test("each of the two has a cache and settings of its own", async (t) => {
  const scene = await startStaging(t, byHeader, {
    cacheStore: new MemoryStore(1_000_000),
    behavior: { CachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6", OriginRequestPolicyId: "" },
  });
  const ask = async (...lines: string[]) => {
    const { body, headers } = await scene.ask("GET /a HTTP/1.1", ...lines);
    return [body, headers["x-cache"]];
  };
  const line = `${header}: yes, please`;
  assert.deepEqual(await ask(), ["/a", "Miss from cloudfront"]);
  assert.deepEqual(await ask(line), ["/staging/a", "Miss from cloudfront"]);
  assert.deepEqual(await ask(), ["/a", "Hit from cloudfront"]);
  assert.deepEqual(await ask(line), ["/staging/a", "Hit from cloudfront"]);
});

test("who asks what the cache keeps is told of the distribution that the header leads to", async (t) => {
  const store = new MemoryStore(1_000_000);
  const scene = await startStaging(t, byHeader, {
    cacheStore: store,
    behavior: { CachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6", OriginRequestPolicyId: "" },
  });
  await scene.ask("GET /a HTTP/1.1", `${header}: yes, please`);
  const look = (...headers: string[]) =>
    lookUp(
      { method: "GET", authority: domainName, path: "/a", querystring: undefined, headers },
      {
        deployment: scene.edge.deployment(),
        store,
        record: new CacheRecord(),
        reading: "cloudfront",
        now: scene.edge.now().getTime(),
        othersMax: 0,
      },
    );
  const staged = await look(header, "yes, please");
  assert.deepEqual([staged?.distribution, staged?.variants.length], ["E2", 1]);
  const primary = await look();
  assert.deepEqual([primary?.distribution, primary?.variants.length], ["E1", 0]);
});

test("a visit is of the distribution that serves it, and names the primary", async (t) => {
  const scene = await startStaging(t, byHeader);
  await scene.ask("GET /a HTTP/1.1", `${header}: yes, please`);
  await scene.ask("GET /a HTTP/1.1");
  assert.equal(scene.visits[0]?.distribution?.id, "E2");
  assert.equal(scene.visits[0]?.primary?.id, "E1");
  assert.equal(scene.visits[0]?.primary?.domainName, domainName);
  assert.equal(scene.visits[1]?.distribution?.id, "E1");
  assert.equal(scene.visits[1]?.primary, undefined);
});

test("the header goes where policies send it, like any of the viewer's", async (t) => {
  const scene = await startStaging(t, byHeader);
  await scene.ask("GET /a HTTP/1.1", `${header}: yes, please`);
  assert.equal(scene.asked[0]?.headers[header], "yes, please");
});
