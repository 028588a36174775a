/**
 * A site on a node: makes what it is made of through the API, as any client would, and changes what has changed.
 *
 * Whoever asks for something that is in use last is let go first: distributions, then functions. What a site has no more goes.
 */
import type { RuntimeName } from "../../runtime/runtime-name.ts";
import { callApi, getFromApi } from "../call-api.ts";
import {
  SiteError,
  type PolicyMember,
  type Site,
  type SiteBehavior,
  type SiteDistribution,
  type SiteStore,
} from "./site.ts";

const version = "/2020-05-31";
/** As the API calls them. */
const policyKinds = {
  cachePolicy: "cache",
  originRequestPolicy: "origin-request",
  responseHeadersPolicy: "response-headers",
} as const;
/** What UpdateKeys takes at once. */
const keysAtOnce = 50;

/** Where an origin of the site is for the node. */
export interface LocatedOrigin {
  readonly domainName: string;
  readonly protocol: "http-only" | "https-only";
  readonly port: number;
  readonly path: string;
}

interface FunctionOnNode {
  /** Of its DEVELOPMENT stage. */
  readonly etag: string;
  readonly source: string;
  readonly runtime: RuntimeName;
  readonly store: string | undefined;
}

interface StoreOnNode {
  readonly arn: string;
  readonly pairs: Readonly<Record<string, string>>;
}

/** One of both. */
interface KeyChange {
  readonly put?: object;
  readonly delete?: object;
}

/** A call that changes something. */
interface ChangeCall {
  readonly method: "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly body?: object;
  /** The ETag that it is for, where it wants one. */
  readonly ifMatch?: string;
}

interface DistributionOnNode {
  readonly id: string;
  readonly domainName: string;
  /** As it was sent. */
  readonly config: string;
}

export interface Applied {
  /** Names of functions that are new, or have been published anew. */
  readonly published: readonly string[];
  /** Whether anything else has changed: pairs of stores, or distributions. */
  readonly changedSite: boolean;
}

export class SiteOnNode {
  readonly #api: string;
  readonly #functions = new Map<string, FunctionOnNode>();
  readonly #stores = new Map<string, StoreOnNode>();
  readonly #distributions = new Map<string, DistributionOnNode>();
  readonly #policies = new Map<string, Promise<ReadonlyMap<string, string>>>();

  /** @param api base URL of the control plane */
  constructor(api: string) {
    this.#api = api;
  }

  /** Distributions' own domain names, by the site's names of them. */
  get domainNames(): ReadonlyMap<string, string> {
    return new Map([...this.#distributions].map(([name, { domainName }]) => [name, domainName]));
  }

  /** Whether viewers get some version of a function. */
  serves(name: string): boolean {
    return this.#functions.has(name);
  }

  /**
   * @param sources functions' code by name; one that is absent keeps what it has, and is not associated where it has none
   * @throws CallRefused, when the node refuses something, which is then as it was
   */
  async apply(
    site: Site,
    sources: ReadonlyMap<string, string>,
    origins: ReadonlyMap<string, LocatedOrigin>,
  ): Promise<Applied> {
    let changedSite = false;
    for (const store of site.stores) changedSite = (await this.#applyStore(store)) || changedSite;
    const published: string[] = [];
    for (const fn of site.functions) {
      const source = sources.get(fn.name);
      if (source === undefined) continue;
      const { name, runtime, store } = fn;
      if (await this.#applyFunction(name, { source, runtime, store })) published.push(name);
    }
    for (const distribution of site.distributions) {
      const config = await this.#configOf(distribution, site.origins, origins);
      changedSite = (await this.#applyDistribution(distribution.name, config)) || changedSite;
    }
    return { published, changedSite: (await this.#letGo(site)) || changedSite };
  }

  /** Makes all that is cached unusable. */
  async clearCache(): Promise<void> {
    for (const { id } of this.#distributions.values()) {
      await this.#change({
        method: "POST",
        path: `/distribution/${id}/invalidation`,
        body: {
          CallerReference: `dev-${performance.now()}`,
          Paths: { Quantity: 1, Items: ["/*"] },
        },
      });
    }
  }

  async #applyFunction(
    name: string,
    wanted: Pick<FunctionOnNode, "source" | "runtime" | "store">,
  ): Promise<boolean> {
    const { source, runtime, store } = wanted;
    const known = this.#functions.get(name);
    if (known?.source === source && known.runtime === runtime && known.store === store)
      return false;
    const association = store === undefined ? undefined : this.#stores.get(store);
    const body = {
      FunctionCode: { text: source },
      FunctionConfig: {
        Comment: "footlight dev",
        Runtime: runtime,
        ...(association !== undefined && {
          KeyValueStoreAssociations: {
            Quantity: 1,
            Items: [{ KeyValueStoreARN: association.arn }],
          },
        }),
      },
    };
    const saved = await this.#change(
      known === undefined
        ? { method: "POST", path: "/function", body: { Name: name, ...body } }
        : { method: "PUT", path: `/function/${name}`, body, ifMatch: known.etag },
    );
    const etag = String(saved["etag"]);
    this.#functions.set(name, { etag, source, runtime, store });
    await this.#change({
      method: "POST",
      path: `/function/${name}/publish`,
      body: {},
      ifMatch: etag,
    });
    return true;
  }

  async #applyStore({ name, pairs }: SiteStore): Promise<boolean> {
    let known = this.#stores.get(name);
    if (known === undefined) {
      const made = await this.#change({
        method: "POST",
        path: "/key-value-store",
        body: { Name: name },
      });
      known = { arn: String(made["arn"]), pairs: {} };
      this.#stores.set(name, known);
    }
    const before = known.pairs;
    const puts = Object.entries(pairs).filter(([key, value]) => before[key] !== value);
    const deletes = Object.keys(before).filter((key) => !Object.hasOwn(pairs, key));
    const changes = [
      ...puts.map(([Key, Value]) => ({ put: { Key, Value } })),
      ...deletes.map((Key) => ({ delete: { Key } })),
    ];
    if (changes.length > 0) await this.#writeKeys(known.arn, changes);
    this.#stores.set(name, { ...known, pairs });
    return changes.length > 0;
  }

  async #writeKeys(arn: string, changes: readonly KeyChange[]): Promise<void> {
    const path = `/key-value-stores/${encodeURIComponent(arn)}`;
    const read = async (): Promise<string> =>
      ((await getFromApi(this.#address, path, {}, {})) as { readonly etag: string }).etag;
    for (let index = 0; index < changes.length; index += keysAtOnce) {
      const some = changes.slice(index, index + keysAtOnce);
      const body = {
        Puts: some.flatMap(({ put }) => put ?? []),
        Deletes: some.flatMap((change) => change.delete ?? []),
      };
      await this.#call({ method: "POST", path: `${path}/keys`, body, ifMatch: await read() });
    }
  }

  async #configOf(
    { name, hosts, behaviors, settings }: SiteDistribution,
    siteOrigins: Site["origins"],
    located: ReadonlyMap<string, LocatedOrigin>,
  ): Promise<object> {
    const used = Object.keys(siteOrigins);
    const last = behaviors.find(({ path }) => path === "*")!;
    const others = behaviors.filter((behavior) => behavior !== last);
    return {
      ...plainDistribution,
      CallerReference: `footlight-dev-${name}`,
      Comment: `footlight dev: ${name}`,
      Aliases: wrapped(hosts),
      Origins: wrapped(used.map((id) => originConfig(id, located.get(id)!))),
      DefaultCacheBehavior: await this.#behaviorConfig(last),
      CacheBehaviors: wrapped(
        await Promise.all(
          others.map(async (behavior) => ({
            PathPattern: behavior.path,
            ...(await this.#behaviorConfig(behavior)),
          })),
        ),
      ),
      ...settings,
    };
  }

  async #behaviorConfig(behavior: SiteBehavior): Promise<object> {
    const functions = Object.entries(behavior.functions).filter(([, name]) =>
      this.#functions.has(name),
    );
    return {
      ...plainBehavior,
      TargetOriginId: behavior.origin,
      AllowedMethods: {
        ...wrapped(["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]),
        CachedMethods: wrapped(["GET", "HEAD"]),
      },
      CachePolicyId: await this.#policyId("cachePolicy", behavior),
      OriginRequestPolicyId: await this.#policyId("originRequestPolicy", behavior),
      ...(behavior.responseHeadersPolicy !== undefined && {
        ResponseHeadersPolicyId: await this.#policyId("responseHeadersPolicy", behavior),
      }),
      FunctionAssociations: wrapped(
        functions.map(([EventType, name]) => ({
          EventType,
          FunctionARN: `arn:aws:cloudfront::000000000000:function/${name}`,
        })),
      ),
      ...behavior.settings,
    };
  }

  /** @throws SiteError, when there is no managed policy of a name that is no id */
  async #policyId(member: PolicyMember, behavior: SiteBehavior): Promise<string> {
    const name = behavior[member]!;
    const kind = policyKinds[member];
    if (/^[0-9a-f-]{36}$/.test(name)) return name;
    let policies = this.#policies.get(kind);
    if (policies === undefined) {
      policies = this.#managedPolicies(kind);
      this.#policies.set(kind, policies);
    }
    const known = await policies;
    const id = known.get(name.replace(/^Managed-/, ""));
    if (id !== undefined) return id;
    const why = `is "${name}", and of managed ${kind.replace("-", " ")} policies there are ${[...known.keys()].join(", ")}`;
    throw behavior.errorAt?.(member, why) ?? new SiteError(`${member} ${why}`);
  }

  async #managedPolicies(kind: string): Promise<ReadonlyMap<string, string>> {
    const path = `${version}/${kind}-policy`;
    const answer = (await getFromApi(this.#address, path, { Type: "managed" }, {})) as {
      readonly items: readonly Record<
        string,
        { readonly id: string } & Record<string, { readonly name: string }>
      >[];
    };
    const member = `${kind.replace("-", "_")}_policy`;
    return new Map(
      answer.items.map((item) => {
        const policy = item[member]!;
        return [policy[`${member}_config`]!.name.replace(/^Managed-/, ""), policy.id];
      }),
    );
  }

  async #applyDistribution(name: string, config: object): Promise<boolean> {
    const text = JSON.stringify(config);
    const known = this.#distributions.get(name);
    if (known?.config === text) return false;
    const saved =
      known === undefined
        ? await this.#change({ method: "POST", path: "/distribution", body: config })
        : await this.#updateDistribution(known.id, config);
    const { id, domain_name: domainName } = saved as {
      readonly id: string;
      readonly domain_name: string;
    };
    this.#distributions.set(name, { id, domainName, config: text });
    return true;
  }

  /** A publish of one of its functions has changed its ETag, too. */
  async #updateDistribution(id: string, config: object): Promise<Record<string, unknown>> {
    const path = `/distribution/${id}/config`;
    const { etag } = (await getFromApi(this.#address, version + path, {}, {})) as {
      readonly etag: string;
    };
    return this.#change({ method: "PUT", path, body: config, ifMatch: etag });
  }

  async #letGo({ functions, distributions }: Site): Promise<boolean> {
    let hasChanged = false;
    for (const [name, { id, config }] of this.#distributions) {
      if (distributions.some((kept) => kept.name === name)) continue;
      const disabled = await this.#updateDistribution(id, {
        ...(JSON.parse(config) as object),
        Enabled: false,
      });
      await this.#change({
        method: "DELETE",
        path: `/distribution/${id}`,
        ifMatch: String(disabled["etag"]),
      });
      this.#distributions.delete(name);
      hasChanged = true;
    }
    for (const [name, { etag }] of this.#functions) {
      if (functions.some((kept) => kept.name === name)) continue;
      await this.#change({ method: "DELETE", path: `/function/${name}`, ifMatch: etag });
      this.#functions.delete(name);
      hasChanged = true;
    }
    return hasChanged;
  }

  #change(call: ChangeCall): Promise<Record<string, unknown>> {
    return this.#call({ ...call, path: version + call.path });
  }

  async #call({ method, path, body, ifMatch }: ChangeCall): Promise<Record<string, unknown>> {
    const text = body === undefined ? "" : JSON.stringify(body);
    // Nobody has to sign here, whatever credentials the environment holds.
    const answer = await callApi(
      this.#address,
      { method, path, query: {}, body: text, ifMatch },
      {},
    );
    return answer as Record<string, unknown>;
  }

  get #address(): { readonly api: string; readonly ca: string } {
    return { api: this.#api, ca: "" };
  }
}

/** What an update must say, too. */
const plainDistribution = {
  Enabled: true,
  DefaultRootObject: "",
  CustomErrorResponses: wrapped([]),
  Logging: { Enabled: false, IncludeCookies: false, Bucket: "", Prefix: "" },
  ViewerCertificate: { CloudFrontDefaultCertificate: true },
  Restrictions: { GeoRestriction: { RestrictionType: "none", ...wrapped([]) } },
  WebACLId: "",
  HttpVersion: "http2",
  PriceClass: "PriceClass_All",
};

const plainBehavior = {
  ViewerProtocolPolicy: "allow-all",
  Compress: false,
  SmoothStreaming: false,
  LambdaFunctionAssociations: wrapped([]),
  FieldLevelEncryptionId: "",
};

function originConfig(Id: string, located: LocatedOrigin): object {
  const { domainName, protocol, port, path } = located;
  return {
    Id,
    DomainName: domainName,
    OriginPath: path,
    CustomOriginConfig: {
      HTTPPort: protocol === "http-only" ? port : 80,
      HTTPSPort: protocol === "https-only" ? port : 443,
      OriginProtocolPolicy: protocol,
      OriginSslProtocols: wrapped(["TLSv1.2"]),
      OriginReadTimeout: 30,
      OriginKeepaliveTimeout: 5,
    },
  };
}

function wrapped<Item>(items: readonly Item[]): { Quantity: number; Items: readonly Item[] } {
  return { Quantity: items.length, Items: items };
}
