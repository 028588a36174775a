/**
 * An account as people may have it, with what is hard to show: names as long as they may be, texts from right to left,
 * addresses that do not end, a version that fails, one that was taken back, and one that is on its way.
 */
import { view } from "../support/viewer.ts";
import { jsonFace } from "./json-face.ts";
import { makeShownTenants } from "./shown-tenants.ts";

/** As long as a name may be. */
export const longName = `redirect-everything-that-moved-in-the-relaunch-of-2019-to-new-ab`;
export const storeName = "prices";

export interface ShownAccount {
  /** Ids. */
  readonly distribution: string;
  readonly longDistribution: string;
  /** For tenants: one with two of them, and one with none. */
  readonly tenants: string;
  readonly noTenants: string;
  /** Does something as somebody else, while a page is open. */
  readonly meanwhile: {
    readonly saveFunction: (name: string) => Promise<void>;
    readonly changeTenant: (name: string) => Promise<void>;
    readonly commentOn: (distribution: string) => Promise<void>;
    readonly writeKey: (key: string) => Promise<void>;
  };
}

const runtime = "cloudfront-js-2.0";

function source(body: string): object {
  return {
    text: `function handler(event) {\n  const request = event.request;\n${body}\n  return request;\n}\n`,
  };
}

const versions = [
  ["  request.uri = '/v1' + request.uri;", "All pages are below /v1 now"],
  ["  request.uri = '/v2' + request.uri;\n  console.log('asked for', request.uri);", ""],
  [
    "  if (request.uri === '/boom') throw new Error('no luck');\n  request.uri = '/v2' + request.uri;\n  console.log('asked for', request.uri, 'by 192.0.2.1');",
    "Tell what is asked for, so that we see who still has links to pages that the relaunch has moved. Will go again in a week",
  ],
] as const;

/** @param origin a host and port that answers anything */
export async function makeShownAccount(
  { api, edge }: { readonly api: string; readonly edge: string },
  origin: string,
): Promise<ShownAccount> {
  const { call } = jsonFace(api);
  const create = (Name: string, Comment: string, code: object, stores: readonly string[] = []) =>
    call<{ etag: string }>("POST", "/2020-05-31/function", {
      ...{ Name, FunctionCode: code },
      FunctionConfig: {
        ...{ Comment, Runtime: runtime },
        ...(stores.length > 0 && {
          KeyValueStoreAssociations: {
            Quantity: stores.length,
            Items: stores.map((KeyValueStoreARN) => ({ KeyValueStoreARN })),
          },
        }),
      },
    });
  const save = (name: string, code: object, etag: string) =>
    call<{ etag: string }>(
      "PUT",
      `/2020-05-31/function/${name}`,
      {
        FunctionConfig: { Comment: "Redirects and prefixes", Runtime: runtime },
        FunctionCode: code,
      },
      etag,
    );
  const publish = (name: string, body: object, etag: string) =>
    call("POST", `/footlight/v1/functions/${name}/publish`, body, etag);

  await call("POST", "/2020-05-31/key-value-store", { Name: storeName, Comment: "By country" });
  await call("POST", "/2020-05-31/key-value-store", { Name: "empty" });
  const { arn } = await call<{ arn: string }>("GET", `/2020-05-31/key-value-store/${storeName}`);
  const pairsAt = `/key-value-stores/${encodeURIComponent(arn)}`;
  let { etag: pairs } = await call<{ etag: string }>("GET", pairsAt);
  const odd = [
    { key: "عربى/السعر", value: "١٢٫٥٠ ر.س" },
    { key: "🎁 gift", value: "🎄🎁✨ until Epiphany" },
    { key: `/a/${"very/long/path/".repeat(20)}end`, value: "x".repeat(900) },
    { key: "json", value: JSON.stringify({ from: "/a", to: "/b", when: ["de", "at"] }) },
  ];
  for (let first = 0; first < 150; first += 46) {
    const puts = Array.from({ length: 46 }, (_, index) => ({
      ...{ key: `/product/${1000 + first + index}`, value: `${(first + index) % 90}.90` },
    }));
    const body = { puts: first === 0 ? [...odd, ...puts] : puts };
    ({ etag: pairs } = await call<{ etag: string }>("POST", `${pairsAt}/keys`, body, pairs));
  }

  let { etag } = await create("prefix", "Redirects and prefixes", source(versions[0][0]), [arn]);
  for (const [index, [body, message]] of versions.entries()) {
    if (index > 0) ({ etag } = await save("prefix", source(body), etag));
    await publish("prefix", message === "" ? {} : { message }, etag);
  }
  ({ etag } = await save("prefix", source("  request.uri = '/v3' + request.uri;"), etag));

  const long = await create(longName, "ا".repeat(40), source(""));
  await publish(longName, { message: "🚀".repeat(30) }, long.etag);
  const moved = await save(longName, source("  request.uri = '/moved';"), long.etag);
  await publish(longName, { waves: "canary 5m, 10% 10m, 100%", message: "carefully" }, moved.etag);

  const back = await create("taken-back", "", source(""));
  await publish("taken-back", {}, back.etag);
  const worse = await save("taken-back", source("  throw new Error();"), back.etag);
  await publish("taken-back", { message: "worse" }, worse.etag);
  const at = "/footlight/v1/functions/taken-back";
  const { etag: now } = await call<{ etag: string }>("GET", `${at}/versions`);
  await call("POST", `${at}/rollback`, { message: "All pages failed" }, now);

  await create("not-yet", "Never published", source(""));

  const [host = "", port = "80"] = origin.split(":");
  const behavior = (name: string | undefined, cached: boolean): object => ({
    ...{ TargetOriginId: "site", ViewerProtocolPolicy: "allow-all" },
    CachePolicyId: cached
      ? "658327ea-f89d-4fab-a63d-7e88639e58f6"
      : "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
    ...(name !== undefined && {
      FunctionAssociations: {
        Quantity: 1,
        Items: [
          {
            EventType: "viewer-request",
            FunctionARN: `arn:aws:cloudfront::000000000000:function/${name}`,
          },
        ],
      },
    }),
  });
  const distribution = (reference: string, comment: string, named: readonly object[]) =>
    call<{ id: string; domain_name: string }>("POST", "/2020-05-31/distribution", {
      ...{ CallerReference: reference, Comment: comment, Enabled: true },
      Origins: {
        Quantity: 1,
        Items: [
          {
            ...{ Id: "site", DomainName: host },
            CustomOriginConfig: {
              ...{ HTTPPort: Number(port), HTTPSPort: 443, OriginProtocolPolicy: "http-only" },
            },
          },
        ],
      },
      DefaultCacheBehavior: behavior("prefix", false),
      CacheBehaviors: { Quantity: named.length, Items: named },
    });
  const shop = await distribution("shop", "The shop", [
    { ...behavior("prefix", true), PathPattern: "/img/*" },
    { ...behavior(undefined, true), PathPattern: "*.css" },
    { ...behavior(longName, false), PathPattern: "/api/*" },
  ]);
  const comment = "A comment that is as long as one may be, عربى and 🎁 ".repeat(3).slice(0, 120);
  const second = await distribution("long", comment, [
    { ...behavior(longName, true), PathPattern: `/${"long-directory/".repeat(14)}*` },
  ]);

  const agents = { "user-agent": "Mozilla/5.0", cookie: "session=secret; theme=dark" };
  const ask = (path: string) => view(edge, shop.domain_name, path, { headers: agents });
  for (const path of [
    ...["/", "/img/a.png", "/img/a.png", "/style.css", "/boom", "/api/orders?id=1"],
    ...[`/search?q=${"a-very-long-query-that-does-not-end".repeat(30)}`, "/%F0%9F%8E%81/%D8%B9"],
    ...["/missing", "/style.css"],
  ]) {
    await ask(path);
  }
  await view(edge, shop.domain_name, "/orders", { method: "POST", headers: agents, body: "a=1" });
  await beginTrial(shop.id);
  return {
    ...{ distribution: shop.id, longDistribution: second.id },
    ...(await makeShownTenants(call, origin)),
    meanwhile: {
      saveFunction: async (name) => {
        const stage = `/2020-05-31/function/${name}/describe`;
        const { etag: theirs } = await call<{ etag: string }>("GET", stage);
        await save(name, source("  request.uri = '/theirs';"), theirs);
      },
      changeTenant: async (name) => {
        const tenants = "/2020-05-31/distribution-tenant";
        const { items } = await call<{ items: { id: string; name: string }[] }>(
          "POST",
          `${tenants}s`,
          {},
        );
        const one = items.find((each) => each.name === name);
        const { etag: theirs } = await call<{ etag: string }>("GET", `${tenants}/${one?.id}`);
        const Domains = [{ Domain: `${name}-of-theirs.example.com` }];
        await call("PUT", `${tenants}/${one?.id}`, { Domains }, theirs);
      },
      commentOn: async (id) => {
        const path = `/2020-05-31/distribution/${id}`;
        const read = await call<{ etag: string; distribution_config: object }>("GET", path);
        const theirs = { ...read.distribution_config, comment: "Theirs" };
        await call("PUT", `${path}/config`, theirs, read.etag);
      },
      writeKey: async (key) => {
        const { etag: theirs } = await call<{ etag: string }>("GET", pairsAt);
        await call("POST", `${pairsAt}/keys`, { puts: [{ key, value: "theirs" }] }, theirs);
      },
    },
  };

  /** A change of the shop's that 5 % of its viewers get. */
  async function beginTrial(id: string): Promise<void> {
    interface Read {
      readonly id: string;
      readonly etag: string;
      readonly domain_name: string;
      readonly distribution_config: object;
    }
    const at = (each: string): string => `/2020-05-31/distribution/${each}`;
    const primary = await call<Read>("GET", at(id));
    const copy = await copyOf(primary);
    const tried = {
      ...copy.distribution_config,
      comment: "The shop, tried",
      http_version: "http1.1",
    };
    await call("PUT", `${at(copy.id)}/config`, tried, copy.etag);
    const policy = await call<{ id: string }>("POST", "/2020-05-31/continuous-deployment-policy", {
      StagingDistributionDnsNames: { Quantity: 1, Items: [copy.domain_name] },
      Enabled: true,
      TrafficConfig: { Type: "SingleWeight", SingleWeightConfig: { Weight: 0.05 } },
    });
    const named = { ...primary.distribution_config, continuous_deployment_policy_id: policy.id };
    await call("PUT", `${at(id)}/config`, named, primary.etag);

    async function copyOf({ etag: of }: Read): Promise<Read> {
      const response = await fetch(`${api}${at(id)}/copy`, {
        method: "POST",
        headers: {
          ...{ accept: "application/json", "content-type": "application/json" },
          ...{ "if-match": of, staging: "true" },
        },
        body: JSON.stringify({ CallerReference: "trial", Enabled: true }),
      });
      return ((await response.json()) as { data: Read }).data;
    }
  }
}
