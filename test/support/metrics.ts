/** Reads a node's metrics as Prometheus does, and waits for what is on its way to them. */

/** By name and labels, like `footlight_requests_total{distribution="E1"}`. */
export type ReadMetrics = ReadonlyMap<string, number>;

/** @param url of the metrics */
export async function readMetrics(url: string): Promise<ReadMetrics> {
  const response = await fetch(url, { headers: { accept: "text/plain" } });
  const lines = (await response.text()).split("\n");
  const samples = lines.filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    samples.map((line) => {
      const blank = line.lastIndexOf(" ");
      return [line.slice(0, blank), Number(line.slice(blank + 1))];
    }),
  );
}

/** The sum of a metric's samples. */
export function sumOf(metrics: ReadMetrics, name: string): number {
  return [...metrics]
    .filter(([key]) => key === name || key.startsWith(`${name}{`))
    .reduce((sum, [, value]) => sum + value, 0);
}

/** Reads until they are as they are wanted, or the test's time is over. */
export async function untilMetrics(
  url: string,
  areWanted: (metrics: ReadMetrics) => boolean,
): Promise<ReadMetrics> {
  for (;;) {
    const metrics = await readMetrics(url);
    if (areWanted(metrics)) return metrics;
  }
}
