/** A file with a distribution's configuration, or with what get-distribution-config prints. */
import { readFileSync } from "node:fs";
import type { DistributionConfig } from "../node/judge-source.ts";
import { OptionError } from "../node/option-table.ts";

/** @throws OptionError, when there is no such file, or no configuration in it */
export function readDistributionConfig(file: string): DistributionConfig {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const what = error instanceof SyntaxError ? "it is not JSON: " : "";
    throw new OptionError(`Cannot read ${file}: ${what}${(error as Error).message}`, {
      cause: error,
    });
  }
  const inner = (value as { DistributionConfig?: unknown } | null)?.DistributionConfig ?? value;
  if (typeof inner === "object" && inner !== null && "DefaultCacheBehavior" in inner) {
    return inner as DistributionConfig;
  }
  throw new OptionError(`${file} has no DistributionConfig: there is no DefaultCacheBehavior`);
}
