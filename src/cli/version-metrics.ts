/** How a function's versions ran on the node that is asked, by the metrics that it counts. */
import type { ApiAddress } from "./ask-api.ts";
import { CallRefused, getFromApi } from "./call-api.ts";

export interface VersionRuns {
  readonly invocations: number;
  /** Runs that ended in an error of execution or validation. */
  readonly errors: number;
  /** The average of what runs took of what they may take, 0 to 100. */
  readonly utilization_percent: number;
}

interface Metrics {
  readonly metrics: readonly {
    readonly name: string;
    readonly samples: readonly {
      readonly labels: Readonly<Record<string, string>>;
      readonly value?: number;
    }[];
  }[];
}

/** @returns by version, of those that ran since the node started; none where it does not count, or does not tell */
export async function readVersionRuns(
  address: ApiAddress,
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ReadonlyMap<number, VersionRuns>> {
  const metrics = await readMetrics(address, environment);
  const sum = (metric: string, version: string): number =>
    (metrics.find((one) => one.name === metric)?.samples ?? [])
      .filter(({ labels }) => labels["function"] === name && labels["version"] === version)
      .reduce((total, { value = 0 }) => total + value, 0);
  const invoked = metrics.find(
    (one) => one.name === "footlight_function_version_invocations_total",
  );
  const samples = (invoked?.samples ?? []).filter(({ labels }) => labels["function"] === name);
  const versions = new Set(samples.map(({ labels }) => labels["version"] ?? ""));
  return new Map(
    Array.from(versions, (version) => {
      const invocations = sum("footlight_function_version_invocations_total", version);
      const errors = sum("footlight_function_version_errors_total", version);
      const taken = sum("footlight_function_version_utilization_percent_total", version);
      const utilization_percent = invocations === 0 ? 0 : taken / invocations;
      return [Number(version), { invocations, errors, utilization_percent }] as const;
    }),
  );
}

async function readMetrics(
  address: ApiAddress,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Metrics["metrics"]> {
  try {
    const query = { format: "json" };
    const told = await getFromApi(address, "/footlight/v1/metrics", query, environment);
    return (told as Metrics).metrics;
  } catch (error) {
    if (error instanceof CallRefused) return [];
    throw error;
  }
}
