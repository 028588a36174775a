/**
 * How fast is a rehearsal: how long do both versions of a function, and the comparison, take for a million recorded runs?
 *
 * Events are a browser's, of 20,000 URLs as popular as Zipf has it (exponent 0.9), with cookies that are hashed; in the second
 * row each has a URL of its own, so that no answer is remembered. What is timed is one process on one core, from the lines of recorded runs on; the rest of
 * the heap after the last run is told beside it.
 *
 * Run: node --no-node-snapshot --expose-gc bench/how-fast-is-a-rehearsal.bench.ts [RUNS, 1,000,000 unless given]
 */
import { deployDistribution } from "../src/edge/deployment/deployed-distribution.ts";
import { managedPolicies } from "../src/edge/deployment/policies.ts";
import type { RecordedRun } from "../src/edge/record/runs/recorded-run.ts";
import { reportOf } from "../src/rehearsal/findings.ts";
import { Rehearsal } from "../src/rehearsal/rehearsal.ts";
import { hiddenValue } from "../src/runtime/hidden-values.ts";
import { createRuntime } from "../src/runtime/isolate-runtime.ts";
import { buildConfig } from "../test/support/distribution-config.ts";
import { copyOf } from "../test/support/sample-copy.ts";

const count = Number(process.argv[2] ?? 1_000_000);
const urls = 20_000;

const live = copyOf(
  "function handler(event) { var r = event.request; if (r.uri.endsWith('/')) r.uri += 'index.html'; r.headers['x-section'] = { value: r.uri.split('/')[1] }; return r; }",
);
const development = copyOf(
  "function handler(event) { var r = event.request; if (r.uri.endsWith('/')) r.uri += 'index.html'; r.headers['x-section'] = { value: r.uri.split('/')[1] }; if (r.uri.indexOf('/a1/') === 0) r.headers['x-new'] = { value: '1' }; return r; }",
);
const deployed = deployDistribution(
  {
    ...{ id: "E1", domainName: "d1.cloudfront.localhost", version: 1, deployRevision: 0 },
    config: buildConfig({ callerReference: "bench", originPort: 80, viewerRequest: "fn" }),
    lastModifiedTime: "1970-01-01T00:00:00.000Z",
  },
  "000000000000",
  managedPolicies,
);
const headers = [
  ...["Host", "d1.cloudfront.localhost", "Accept", "text/html,application/xhtml+xml,*/*;q=0.8"],
  ...["User-Agent", `Mozilla/5.0 (X11; Linux x86_64) ${"AppleWebKit/537.36 ".repeat(4)}`],
  ...["Accept-Language", "en-US,en;q=0.5", "Accept-Encoding", "gzip, deflate, br"],
];

function lineOf(number: number, url: number): string {
  const cookie = `session=${hiddenValue("cookie", `abcdefghijkl${number % 1000}`)}; lang=${hiddenValue("cookie", "en")}`;
  const run: RecordedRun = {
    ...{ function: "fn", version: 1, at: 1_767_225_600_000 + number },
    event: {
      ...{ eventType: "viewer-request", distributionDomainName: "d1.cloudfront.localhost" },
      ...{ distributionId: "E1", requestId: `request-${number}`, viewerIp: "192.0.2.1" },
      request: {
        ...{ method: "GET", uri: `/a${url % 50}/page-${url}`, querystring: undefined },
        headers: [...headers, "Cookie", cookie],
      },
    },
    hidden: ["cookie session", "cookie lang"],
  };
  return JSON.stringify(run);
}

/** Approximately Zipf's, by the inverse of its integral. */
function popularUrl(): number {
  const exponent = 0.1;
  return Math.floor((1 + Math.random() * (urls ** exponent - 1)) ** (1 / exponent)) - 1;
}

for (const [name, urlOf] of [
  ["20,000 popular URLs", popularUrl],
  ["a URL each", (number: number) => number],
] as const) {
  const runtime = createRuntime({ remembers: true });
  const rehearsal = new Rehearsal({
    ...{ runtime, name: "fn", live, development, distributions: new Map([["E1", deployed]]) },
    stores: { live: undefined, development: undefined },
  });
  let spentMs = 0;
  for (let done = 0; done < count; done += 1000) {
    const lines = Array.from({ length: 1000 }, (_, index) =>
      lineOf(done + index, urlOf(done + index)),
    );
    const { user, system } = process.cpuUsage();
    for (const [index, line] of lines.entries()) {
      rehearsal.add(JSON.parse(line) as RecordedRun, done + index);
    }
    const spent = process.cpuUsage({ user, system });
    spentMs += (spent.user + spent.system) / 1000;
  }
  const { compared, differing, groups } = reportOf([rehearsal.findings]);
  globalThis.gc?.();
  const heapMb = process.memoryUsage().heapUsed / 1_048_576;
  process.stdout.write(
    `${name}: ${compared} runs compared in ${(spentMs / 1000).toFixed(1)} s of processor time, ${((1000 * spentMs) / count).toFixed(1)} µs each; ${differing} differ, ${groups.map(({ shape }) => shape).join(", ")}; heap ${heapMb.toFixed(0)} MB\n`,
  );
  await runtime.close();
}
