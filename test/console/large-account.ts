/** An account as large as any that the console is to be quick with, made by the API as anybody would make it. */
import { jsonFace } from "./json-face.ts";

export interface LargeAccount {
  /** Host name of a distribution whose default behavior runs the first function. */
  readonly host: string;
}

export interface LargeAccountInput {
  readonly keys: number;
  readonly functions: number;
  readonly distributions: number;
  /** A host and port. */
  readonly origin: string;
}

/** For the node that takes it. */
export function quotasFor({ functions, distributions }: LargeAccountInput): string {
  return JSON.stringify({
    functionsPerAccount: functions + 100,
    distributionsPerAccount: distributions + 100,
    ...{ distributionsPerFunction: distributions + 100, distributionsPerCachePolicy: 100_000 },
    keyValueStoreBytes: 64 * 1024 * 1024,
  });
}

/** Calls that are under way at one time. */
const atOnce = 8;

export async function makeLargeAccount(
  api: string,
  { keys, functions, distributions, origin }: LargeAccountInput,
): Promise<LargeAccount> {
  const { call } = jsonFace(api);
  const store = "/2020-05-31/key-value-store";
  const { arn } = await call<{ arn: string }>("POST", store, { Name: "redirects" }).then(() =>
    call<{ arn: string }>("GET", `${store}/redirects`),
  );
  const at = `/key-value-stores/${encodeURIComponent(arn)}`;
  let { etag } = await call<{ etag: string }>("GET", at);
  for (let first = 0; first < keys; first += 50) {
    const puts = Array.from({ length: Math.min(50, keys - first) }, (_, index) => ({
      key: `/old/${String(first + index).padStart(6, "0")}`,
      value: `/new/${first + index}`,
    }));
    ({ etag } = await call<{ etag: string }>("POST", `${at}/keys`, { puts }, etag));
  }

  const nameOf = (index: number): string => `function-${String(index).padStart(5, "0")}`;
  await each(functions, async (index) => {
    const made = await call<{ etag: string }>("POST", "/2020-05-31/function", {
      Name: nameOf(index),
      FunctionConfig: { Comment: `What team ${index % 40} needs`, Runtime: "cloudfront-js-2.0" },
      FunctionCode: { text: `function handler(event) { return event.request; } // ${index}` },
    });
    const published = `/footlight/v1/functions/${nameOf(index)}/publish`;
    await call("POST", published, { message: "first" }, made.etag);
  });

  const [host = "", port = "80"] = origin.split(":");
  const hosts: string[] = [];
  await each(distributions, async (index) => {
    const behavior = (each: number): object => ({
      ...{ TargetOriginId: "site", ViewerProtocolPolicy: "allow-all" },
      CachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6",
      FunctionAssociations: {
        Quantity: 1,
        Items: [
          {
            EventType: "viewer-request",
            FunctionARN: `arn:aws:cloudfront::000000000000:function/${nameOf((index * 5 + each) % functions)}`,
          },
        ],
      },
    });
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
      DefaultCacheBehavior: behavior(0),
      CacheBehaviors: {
        Quantity: 4,
        Items: [1, 2, 3, 4].map((part) => ({ ...behavior(part), PathPattern: `/part-${part}/*` })),
      },
    });
    hosts[index] = made.domain_name;
  });
  return { host: hosts[0]! };
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
