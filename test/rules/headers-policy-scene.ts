/** The world of the edge's tests with a response headers policy of the account on its behavior. */
import { Map } from "immutable";
import { MemoryStore } from "../../src/cache/memory-store.ts";
import type { Resource } from "../../src/model/resource.ts";
import {
  startScene,
  type Asked,
  type Reply,
  type SceneOptions,
  type SceneTest,
} from "../edge/viewer-scene.ts";

export type PolicyConfig = Resource<"response-headers-policy">["config"];

export const policyId = "22222222-2222-4222-8222-222222222222";
/** Keeps what may be kept, for a day unless the origin says otherwise. */
const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";

export interface PolicyScene {
  readonly ask: (requestLine: string, ...headerLines: string[]) => Promise<Reply>;
  /** What the origin was asked, in order. */
  readonly asked: readonly Asked[];
  /** Changes the policy, as an update of it that has been acknowledged. */
  readonly setPolicy: (config: Partial<PolicyConfig>) => void;
}

/** @param options its behavior's cache policy keeps nothing unless `keeps` is set */
export async function startPolicyScene(
  t: SceneTest,
  config: Partial<PolicyConfig>,
  { keeps = false, behavior, ...options }: SceneOptions & { readonly keeps?: boolean } = {},
): Promise<PolicyScene> {
  const scene = await startScene(t, {
    ...options,
    ...(keeps && { cacheStore: new MemoryStore(16 * 1024 * 1024) }),
    behavior: {
      ...(keeps && { CachePolicyId: cachingOptimized, OriginRequestPolicyId: "" }),
      ResponseHeadersPolicyId: policyId,
      ...behavior,
    },
  });
  const setPolicy = (to: Partial<PolicyConfig>) =>
    scene.setState((state) => {
      const policies = Map<string, Resource>([[policyId, policyOf(to)]]);
      return { ...state, resources: state.resources.set("response-headers-policy", policies) };
    });
  setPolicy(config);
  return { ask: (...lines) => scene.ask(...lines), asked: scene.asked, setPolicy };
}

function policyOf(config: Partial<PolicyConfig>): Resource<"response-headers-policy"> {
  return {
    kind: "response-headers-policy",
    id: policyId,
    config: { Name: "own", Comment: "", ...config },
    attributes: {},
    version: 1,
    deployRevision: 1,
    createdTime: "2026-01-01T00:00:00.000Z",
    lastModifiedTime: "2026-01-01T00:00:00.000Z",
  };
}

export function listOf<T>(...Items: T[]): { Quantity: number; Items: T[] } {
  return { Quantity: Items.length, Items };
}

/** Custom headers of a policy, with `!` behind the names of those that override the origin's. */
export function custom(headers: Readonly<Record<string, string>>): PolicyConfig {
  const items = Object.entries(headers).map(([name, Value]) => ({
    Header: name.replace("!", ""),
    Value,
    Override: name.endsWith("!"),
  }));
  return { Name: "own", CustomHeadersConfig: listOf(...items) };
}
