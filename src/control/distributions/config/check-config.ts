/**
 * What CreateDistribution and UpdateDistribution ask of a configuration, beyond its form.
 *
 * Each rule is a function that throws; they run in this order, so the first broken one answers.
 * Source: CloudFront API Reference, CreateDistribution, Errors.
 */
import { checkReferences } from "../check-references.ts";
import { checkAliases } from "./check-aliases.ts";
import { checkBehaviors } from "./check-behaviors.ts";
import { checkContinuousDeployment } from "./check-continuous-deployment.ts";
import { checkCounts } from "./check-counts.ts";
import { checkCustomErrors } from "./check-custom-errors.ts";
import { checkForwardedValues } from "./check-forwarded-values.ts";
import { checkFunctions } from "./check-functions.ts";
import { checkGeoRestriction } from "./check-geo-restriction.ts";
import { checkLambdaFunctions } from "./check-lambda-functions.ts";
import { checkOriginAccess } from "./check-origin-access.ts";
import { checkOriginGroups } from "./check-origin-groups.ts";
import { checkOrigins } from "./check-origins.ts";
import { checkSettings } from "./check-settings.ts";
import { checkTenancy } from "./check-tenancy.ts";
import { checkTrust } from "./check-trust.ts";
import { checkViewerCertificate } from "./check-viewer-certificate.ts";
import { checkConnectionFunction, checkViewerMtls } from "./check-viewer-mtls.ts";
import type { Draft, Rule } from "./draft.ts";

const rules: readonly Rule[] = [
  checkCounts,
  checkSettings,
  checkTenancy,
  checkOrigins,
  checkOriginAccess,
  checkOriginGroups,
  checkBehaviors,
  checkForwardedValues,
  checkTrust,
  checkFunctions,
  checkLambdaFunctions,
  checkCustomErrors,
  checkGeoRestriction,
  checkViewerCertificate,
  checkViewerMtls,
  checkAliases,
  checkContinuousDeployment,
  checkReferences,
  checkConnectionFunction,
];

/** @throws ApiError with the code of the first rule that is broken */
export function checkConfig(draft: Draft): void {
  for (const rule of rules) rule(draft);
}
