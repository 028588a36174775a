/**
 * What a distribution must be like to ask viewers for certificates.
 *
 * Source: CloudFront Developer Guide, "Mutual TLS authentication with CloudFront (Viewer mTLS)" and "Associate CloudFront Connection
 * Functions".
 */
import { behaviorsOf } from "../../../model/distribution.ts";
import { InvalidArgument } from "../../../model/errors.ts";
import { cachingDisabledId } from "../../../model/managed-cache-policies.ts";
import { findResource } from "../../../state/resources.ts";
import type { Draft } from "./draft.ts";

export function checkViewerMtls({ config }: Draft): void {
  const mutual = config.ViewerMtlsConfig;
  if (mutual === undefined) return;
  const { Mode: mode = "required", TrustStoreConfig: store } = mutual;
  if (mode !== "passthrough") {
    if (store !== undefined) return;
    throw new InvalidArgument(`ViewerMtlsConfig needs a TrustStoreConfig with Mode ${mode}`);
  }
  const refuse = (what: string): never => {
    throw new InvalidArgument(`ViewerMtlsConfig with Mode passthrough: ${what}`);
  };
  if (store !== undefined) refuse("it takes no TrustStoreConfig, since nothing is verified");
  for (const behavior of behaviorsOf(config)) {
    if (behavior.CachePolicyId !== cachingDisabledId) {
      refuse(
        `every cache behavior must have the cache policy CachingDisabled, ${cachingDisabledId}`,
      );
    }
    if ((behavior.LambdaFunctionAssociations?.Items?.length ?? 0) > 0) {
      refuse("no cache behavior may have Lambda@Edge functions");
    }
  }
  const shielded = config.Origins?.Items?.find(
    ({ OriginShield }) => OriginShield?.Enabled === true,
  );
  if (shielded !== undefined) refuse(`the origin ${shielded.Id} may not have Origin Shield`);
}

/** To be asked once it is known that there is the function that is named. */
export function checkConnectionFunction({ config, state }: Draft): void {
  const id = config.ConnectionFunctionAssociation?.Id;
  if (id === undefined) return;
  if (config.ViewerMtlsConfig === undefined) {
    throw new InvalidArgument(
      `The connection function ${id} needs a ViewerMtlsConfig: connection functions decide on viewers who are asked for certificates`,
    );
  }
  if (findResource(state, "connection-function", id)?.live === undefined) {
    throw new InvalidArgument(`The connection function ${id} was never published`);
  }
}
