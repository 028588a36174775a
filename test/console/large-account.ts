/** An account as large as any that the console is to be quick with, made by the API as anybody would make it. */
import { writeFileSync } from "node:fs";
import { Agent } from "node:http";
import { join } from "node:path";
import { view } from "../support/viewer.ts";
import { jsonFace, type JsonFace } from "./json-face.ts";

export interface LargeAccountInput {
  readonly keys: number;
  readonly functions: number;
  readonly distributions: number;
  /** A host and port. */
  readonly origin: string;
  /** Where the node looks for what is imported. */
  readonly folder: string;
}

export interface LargeAccount {
  /** Of each distribution, the first ones first. */
  readonly hosts: readonly string[];
  /** Milliseconds that each part took, by its name. */
  readonly took: ReadonlyMap<string, number>;
}

/** Path patterns of each distribution, each with a function of its own. */
const parts = [1, 2, 3, 4];
/** As many as CloudFront lets one have; the last distribution has them. */
const behaviorsMax = 75;
/** Functions that read the store. */
const readersMax = 500;

/** For the node that takes it. */
export function argsFor({ functions, distributions, folder }: LargeAccountInput): string[] {
  const quotas = {
    functionsPerAccount: functions + 100,
    distributionsPerAccount: distributions + 100,
    functionsPerKeyValueStore: readersMax,
    ...{ distributionsPerFunction: distributions + 100, distributionsPerCachePolicy: 100_000 },
    ...{ keyValueStoreBytes: 64 * 1024 * 1024, importSourceBytes: 64 * 1024 * 1024 },
  };
  return ["--quotas", JSON.stringify(quotas), "--import-sources", `seeds=${folder}`];
}

export function nameOf(index: number): string {
  return `function-${String(index).padStart(5, "0")}`;
}

/** Calls that are under way at one time. */
const atOnce = 8;

export async function makeLargeAccount(
  api: string,
  input: LargeAccountInput,
): Promise<LargeAccount> {
  const { call } = jsonFace(api);
  const took = new Map<string, number>();
  const timed = async <Made>(what: string, make: () => Promise<Made>): Promise<Made> => {
    const began = performance.now();
    const made = await make();
    took.set(what, performance.now() - began);
    return made;
  };
  const store = await timed("keys", () => makeStore(call, input));
  await timed("functions", () => makeFunctions(call, input.functions, store));
  const hosts = await timed("distributions", () => makeDistributions(call, input));
  return { hosts, took };
}

/** A function of each distribution runs for a viewer, so that there is something to say of it. */
export async function visitAll(edge: string, hosts: readonly string[]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  await each(hosts.length, async (index) => {
    await view(edge, hosts[index]!, "/", { agent });
  });
  agent.destroy();
}

/** A file of pairs as CloudFront imports it. */
export function pairsFileOf(keys: number): string {
  const data = Array.from({ length: keys }, (_, index) => ({
    key: `/old/${String(index).padStart(6, "0")}`,
    value: `/new/${index}`,
  }));
  return JSON.stringify({ data });
}

/** @returns the store's ARN */
async function makeStore(
  call: JsonFace["call"],
  { keys, folder }: LargeAccountInput,
): Promise<string> {
  writeFileSync(join(folder, "redirects.json"), pairsFileOf(keys));
  const stores = "/2020-05-31/key-value-store";
  await call("POST", stores, {
    Name: "redirects",
    ImportSource: { SourceType: "S3", SourceARN: "arn:aws:s3:::seeds/redirects.json" },
  });
  return (await call<{ arn: string }>("GET", `${stores}/redirects`)).arn;
}

async function makeFunctions(
  call: JsonFace["call"],
  functions: number,
  store: string,
): Promise<void> {
  await each(functions, async (index) => {
    const made = await call<{ etag: string }>("POST", "/2020-05-31/function", {
      Name: nameOf(index),
      FunctionConfig: {
        ...{ Comment: `What team ${index % 40} needs`, Runtime: "cloudfront-js-2.0" },
        ...(index < readersMax && {
          KeyValueStoreAssociations: { Quantity: 1, Items: [{ KeyValueStoreARN: store }] },
        }),
      },
      FunctionCode: { text: `function handler(event) { return event.request; } // ${index}` },
    });
    const published = `/footlight/v1/functions/${nameOf(index)}/publish`;
    await call("POST", published, { message: "first" }, made.etag);
  });
}

/** @returns their host names */
async function makeDistributions(
  call: JsonFace["call"],
  { functions, distributions, origin }: LargeAccountInput,
): Promise<readonly string[]> {
  const [host = "", port = "80"] = origin.split(":");
  const behavior = (fn: number): object => ({
    ...{ TargetOriginId: "site", ViewerProtocolPolicy: "allow-all" },
    CachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6",
    FunctionAssociations: {
      Quantity: 1,
      Items: [
        {
          EventType: "viewer-request",
          FunctionARN: `arn:aws:cloudfront::000000000000:function/${nameOf(fn % functions)}`,
        },
      ],
    },
  });
  const hosts: string[] = [];
  await each(distributions, async (index) => {
    const own = parts.map((part) => [`/part-${part}/*`, index * 5 + part] as const);
    const shared = [["/shared/*", 0] as const];
    const more = Array.from(
      { length: index === distributions - 1 ? behaviorsMax - own.length - shared.length : 0 },
      (_, place) => [`/more-${place}/*`, place] as const,
    );
    const items = [...own, ...shared, ...more];
    const made = await call<{ domain_name: string }>("POST", "/2020-05-31/distribution", {
      ...{ CallerReference: `large ${index}`, Comment: `Site ${index}`, Enabled: true },
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
      DefaultCacheBehavior: behavior(index * 5),
      CacheBehaviors: {
        Quantity: items.length,
        Items: items.map(([pattern, fn]) => ({ ...behavior(fn), PathPattern: pattern })),
      },
    });
    hosts[index] = made.domain_name;
  });
  return hosts;
}

async function each(count: number, make: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      await make(index);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
