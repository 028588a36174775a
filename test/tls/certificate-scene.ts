/** The small world of secure connections, with a distribution that asks viewers for certificates. */
import type { TestContext } from "node:test";
import { Map } from "immutable";
import type { PemPair } from "../../src/certificates/local-authority.ts";
import type { ConnectionRecord } from "../../src/edge/record/connection-record.ts";
import type { Resource } from "../../src/model/resource.ts";
import type { State } from "../../src/state/state.ts";
import type { Config, SceneOptions } from "../edge/viewer-scene.ts";
import { startSecureScene, type SecureScene } from "./secure-scene.ts";

type Mutual = NonNullable<Config["ViewerMtlsConfig"]>;

export const wantedBy = (Mode: Mutual["Mode"], more: object = {}): Partial<Config> => ({
  ViewerMtlsConfig: {
    Mode,
    ...(Mode === "passthrough" ? {} : { TrustStoreConfig: { TrustStoreId: "ts_1", ...more } }),
  },
});

export function trustStore(...pairs: readonly PemPair[]): State["resources"] {
  const Bundle = pairs.map(({ certificate }) => certificate).join("");
  const store = {
    ...{ kind: "trust-store", id: "ts_1", config: { Name: "one", Bundle, BundleProblem: "" } },
    ...{ attributes: {}, version: 1, deployRevision: 1, createdTime: "", lastModifiedTime: "" },
  } as unknown as Resource;
  return Map([["trust-store", Map([["ts_1", store]])]]) as unknown as State["resources"];
}

export const certificateHeaders = [
  ...["Serial-Number", "Issuer", "Subject", "Present", "Sha256", "Validity", "Pem"].map(
    (name) => `CloudFront-Viewer-Cert-${name}`,
  ),
  "Client-Cert",
  "Client-Cert-Chain",
];
export const forwarding = {
  CachePolicyId: undefined,
  OriginRequestPolicyId: undefined,
  MinTTL: 0,
  ForwardedValues: {
    QueryString: false,
    Cookies: { Forward: "none" as const },
    Headers: { Quantity: certificateHeaders.length, Items: certificateHeaders },
  },
};

export interface CertificateScene extends SecureScene {
  /** What was told of connections, in that order. */
  readonly records: ConnectionRecord[];
}

export async function startCertificateScene(
  t: TestContext,
  config: Partial<Config>,
  options: SceneOptions = {},
): Promise<CertificateScene> {
  const records: ConnectionRecord[] = [];
  const scene = await startSecureScene(t, {
    behavior: forwarding,
    now: () => new Date(),
    connectionListeners: [(record) => records.push(record)],
    ...options,
    config: { ...options.config, ...config },
  });
  return { ...scene, records };
}
