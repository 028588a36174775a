/** Which distribution or tenant answers to a Host header, on real sockets. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../src/cache/memory-store.ts";
import { applyChange } from "../../src/state/apply-change.ts";
import { changeOf } from "../support/sample-changes.ts";
import {
  allViewer,
  behavior,
  distributionOf,
  domainName,
  originConfig,
  startScene,
  type Config,
  type Scene,
  type SceneOptions,
  type SceneTest,
} from "../edge/viewer-scene.ts";
import { endpoint, group, multiTenant, tenant, withResources } from "./tenant-scene.ts";

const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const allViewerExceptHostHeader = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

const get = async (scene: Scene, host: string, path = "/"): Promise<number> =>
  (await scene.ask(`GET ${path} HTTP/1.1`, `Host: ${host}`)).status;

const aliases = (...Items: string[]) => ({ Aliases: { Quantity: Items.length, Items } });

function withDistribution(scene: Scene, id: string, config: Partial<Config>): void {
  const whole: Config = {
    CallerReference: id,
    Comment: "",
    Enabled: true,
    Origins: {
      Quantity: 1,
      Items: [originConfig(scene.originPort, { OriginPath: `/${id}` })],
    },
    DefaultCacheBehavior: behavior(),
    ...config,
  };
  const name = `${id.toLowerCase()}.cloudfront.localhost`;
  scene.setState((state) => ({
    ...state,
    distributions: state.distributions.set(id, distributionOf(id, name, whole)),
  }));
}

test("a distribution answers to its own name and to its aliases, in any case, with a port and a dot", async (t) => {
  const scene = await startScene(t, { config: aliases("www.example.com") });
  for (const host of [
    domainName,
    domainName.toUpperCase(),
    "WWW.example.com.",
    "www.example.com:8080",
  ]) {
    assert.equal(await get(scene, host), 200, host);
  }
  const unknown = await scene.ask("GET / HTTP/1.1", "Host: other.example.com");
  assert.equal(unknown.status, 403);
  assert.equal(unknown.headers["x-cache"], "Error from cloudfront");
  assert.match(unknown.body, /Bad request\./);
});

test("a wildcard takes names of any depth, and the most specific name wins", async (t) => {
  const scene = await startScene(t, { config: aliases("*.example.com") });
  withDistribution(scene, "ESHOP", aliases("*.shop.example.com", "www.example.com"));
  const paths: [host: string, path: string][] = [
    ["a.example.com", "/x"],
    ["a.b.example.com", "/x"],
    ["www.example.com", "/ESHOP/x"],
    ["a.shop.example.com", "/ESHOP/x"],
    ["shop.example.com", "/x"],
  ];
  for (const [host, path] of paths) {
    assert.equal(await get(scene, host, "/x"), 200, host);
    assert.equal(scene.asked.at(-1)?.url, path, host);
  }
  assert.equal(await get(scene, "example.com"), 403);
});

test("disabled and staging distributions are as if nobody had their names", async (t) => {
  const scene = await startScene(t, { config: aliases("*.example.com") });
  withDistribution(scene, "EOFF", { ...aliases("off.example.com", "off.test"), Enabled: false });
  withDistribution(scene, "ENEXT", { ...aliases("next.test"), Staging: true });
  for (const host of [
    "eoff.cloudfront.localhost",
    "off.test",
    "enext.cloudfront.localhost",
    "next.test",
  ]) {
    assert.equal(await get(scene, host), 403, host);
  }
  // A wildcard that is enabled takes what a disabled distribution's name does not.
  assert.equal(await get(scene, "off.example.com"), 200);
});

const parameterized: SceneOptions = {
  config: multiTenant(["customer"], ["tier", "free"]),
  originConfig: { OriginPath: "/{{tier}}/{{customer}}" },
};

async function startTenants(t: SceneTest, options: SceneOptions = {}): Promise<Scene> {
  const scene = await startScene(t, { config: multiTenant(), ...options });
  scene.setState((state) => withResources(state, group()));
  return scene;
}

test("a multi-tenant distribution is reached by its tenants' domains alone", async (t) => {
  const scene = await startTenants(t);
  assert.equal(await get(scene, "one.example.com"), 403);
  scene.setState((state) =>
    withResources(
      state,
      tenant("dt_1", ["one.example.com", "*.one.test"]),
      tenant("dt_2", ["special.one.test"], { Customizations: {} }),
    ),
  );
  for (const host of [
    "one.example.com",
    "ONE.example.com:80",
    "a.b.one.test",
    "special.one.test",
  ]) {
    assert.equal(await get(scene, host), 200, host);
  }
  assert.deepEqual(
    scene.visits.slice(-4).map((visit) => visit.tenant?.id),
    ["dt_1", "dt_1", "dt_1", "dt_2"],
  );
  for (const host of [domainName, endpoint, "two.example.com", "one.test"]) {
    assert.equal(await get(scene, host), 403, host);
  }
});

test("the most specific name wins between distributions and tenants", async (t) => {
  const scene = await startTenants(t);
  withDistribution(scene, "EONE", aliases("www.example.com", "*.shop.example.com"));
  scene.setState((state) =>
    withResources(state, tenant("dt_1", ["*.example.com", "www.shop.example.com"])),
  );
  const paths: [host: string, path: string][] = [
    ["www.example.com", "/EONE/x"],
    ["a.example.com", "/x"],
    ["a.shop.example.com", "/EONE/x"],
    ["www.shop.example.com", "/x"],
  ];
  for (const [host, path] of paths) {
    assert.equal(await get(scene, host, "/x"), 200, host);
    assert.equal(scene.asked.at(-1)?.url, path, host);
  }
});

test("a tenant answers only while it, its connection group and its distribution are enabled", async (t) => {
  const scene = await startTenants(t);
  const host = "one.example.com";
  const set = (...resources: Parameters<typeof withResources>[1][]): void =>
    scene.setState((state) => withResources(state, ...resources));
  set(tenant("dt_1", [host]));
  assert.equal(await get(scene, host), 200);
  set(tenant("dt_1", [host], { Enabled: false }));
  assert.equal(await get(scene, host), 403);
  set(tenant("dt_1", [host]), group({ Enabled: false }));
  assert.equal(await get(scene, host), 403);
  set(group());
  assert.equal(await get(scene, host), 200);
  scene.setState((state) => ({
    ...state,
    distributions: state.distributions.update("E1", (old) => ({
      ...old!,
      config: { ...old!.config, Enabled: false },
    })),
  }));
  assert.equal(await get(scene, host), 403);
});

test("a tenant's parameters, or their default values, stand in origins' paths and names", async (t) => {
  const scene = await startTenants(t, {
    ...parameterized,
    originConfig: { DomainName: "{{customer}}.localhost", OriginPath: "/{{tier}}/{{customer}}" },
    behavior: { OriginRequestPolicyId: allViewerExceptHostHeader },
  });
  scene.setState((state) =>
    withResources(
      state,
      tenant("dt_1", ["one.test"], { Parameters: [{ Name: "customer", Value: "one" }] }),
      tenant("dt_2", ["two.test"], {
        Parameters: [
          { Name: "customer", Value: "two" },
          { Name: "tier", Value: "paid" },
        ],
      }),
    ),
  );
  await get(scene, "one.test", "/x");
  await get(scene, "two.test", "/x");
  assert.deepEqual(
    scene.asked.map(({ url, headers }) => `${headers.host}${url}`),
    ["one.localhost/free/one/x", "two.localhost/paid/two/x"],
  );
});

test("a parameter without a value, or with one that does not fit, leads nowhere", async (t) => {
  const scene = await startTenants(t, parameterized);
  const values = [undefined, "../two", "..", "a/%2e%2e/b", "a b", "a?b", "a//b", "é"];
  scene.setState((state) =>
    withResources(
      state,
      ...values.map((Value, index) =>
        tenant(`dt_${index}`, [`t${index}.test`], {
          Parameters: Value === undefined ? [] : [{ Name: "customer", Value }],
        }),
      ),
    ),
  );
  for (const index of values.keys()) {
    assert.equal(await get(scene, `t${index}.test`), 502, values[index]);
  }
  assert.deepEqual(scene.asked, []);
});

test("tenants of one distribution share no object", async (t) => {
  let answers = 0;
  const scene = await startTenants(t, {
    cacheStore: new MemoryStore(1024 * 1024),
    behavior: { CachePolicyId: cachingOptimized, OriginRequestPolicyId: allViewer },
    origin: (_, response) => {
      answers += 1;
      response.setHeader("Cache-Control", "max-age=60");
      response.end(`answer ${answers}`);
    },
  });
  scene.setState((state) =>
    withResources(state, tenant("dt_1", ["one.test", "uno.test"]), tenant("dt_2", ["two.test"])),
  );
  const body = async (host: string) => (await scene.ask("GET /a HTTP/1.1", `Host: ${host}`)).body;
  assert.equal(await body("one.test"), "answer 1");
  assert.equal(await body("uno.test"), "answer 1");
  assert.equal(await body("two.test"), "answer 2");
});

test("a tenant's invalidation leaves the others alone, and the distribution's is for all of them", async (t) => {
  let answers = 0;
  const scene = await startTenants(t, {
    cacheStore: new MemoryStore(1024 * 1024),
    behavior: { CachePolicyId: cachingOptimized },
    config: { ...multiTenant(), CacheTagConfig: { HeaderName: "X-Tags" } },
    origin: (_, response) => {
      answers += 1;
      response.setHeader("Cache-Control", "max-age=60");
      response.setHeader("X-Tags", "red");
      response.end(`answer ${answers}`);
    },
  });
  scene.setState((state) =>
    withResources(state, tenant("dt_1", ["one.test"]), tenant("dt_2", ["two.test"])),
  );
  const bodies = async () => {
    const replies = [];
    for (const host of ["one.test", "two.test"]) {
      replies.push((await scene.ask("GET /a HTTP/1.1", `Host: ${host}`)).body);
    }
    return replies;
  };
  const invalidate = (path: string, tenantId?: string): void =>
    scene.setState((state) => {
      const owner = { distributionId: "E1", ...(tenantId && { tenantId }) };
      const id = `I${state.revision}`;
      const fact = { type: "invalidation-created", ...owner, id, callerReference: id } as const;
      const change = changeOf({ ...fact, paths: [path] });
      return applyChange(state, change, state.revision + 1);
    });
  assert.deepEqual(await bodies(), ["answer 1", "answer 2"]);
  invalidate("/a", "dt_1");
  assert.deepEqual(await bodies(), ["answer 3", "answer 2"]);
  invalidate("/*");
  assert.deepEqual(await bodies(), ["answer 4", "answer 5"]);
  invalidate("/a", "dt_2");
  assert.deepEqual(await bodies(), ["answer 4", "answer 6"]);
  invalidate("#red", "dt_1");
  assert.deepEqual(await bodies(), ["answer 7", "answer 6"]);
  invalidate("#red");
  assert.deepEqual(await bodies(), ["answer 8", "answer 9"]);
  invalidate("/b", "dt_1");
  assert.deepEqual(await bodies(), ["answer 8", "answer 9"]);
});
