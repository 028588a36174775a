/**
 * Runs a function's source on an event as TestFunction does, and says what an edge would do with the
 * result: for who has no node, but a file.
 */
import { edgeVerdict } from "../edge/function/edge-verdict.ts";
import type { Distribution } from "../model/distribution.ts";
import type { TestRun } from "../runtime/function-runtime.ts";
import type { Coverage } from "../runtime/isolate-runtime.ts";
import { runInTestProcess, type TestOrder } from "../runtime/testing/test-process.ts";
import { verdictSentence, type EdgeVerdict } from "../runtime/verdict.ts";

/** As CreateDistribution takes it. */
export type DistributionConfig = Distribution["config"];

export interface SourceOrder extends Omit<TestOrder, "id"> {
  /** Whose origins the origin helpers are judged by; undefined for those of any. */
  readonly distribution: DistributionConfig | undefined;
}

export interface JudgedSource {
  readonly test: TestRun;
  readonly edge: EdgeVerdict;
  /** Both in one sentence. */
  readonly verdict: string;
  /** Absent where it was not asked for. */
  readonly coverage?: Coverage;
}

/** @throws Error, when the event is none */
export async function judgeSource({ distribution, ...order }: SourceOrder): Promise<JudgedSource> {
  const runs = await runInTestProcess(order);
  const edge = edgeVerdict(runs, distribution && distributionOf(distribution));
  const { test, coverage } = runs;
  return { test, edge, verdict: verdictSentence(test, edge), ...(coverage && { coverage }) };
}

/** As far as origins go: what a control plane keeps beside a configuration is not asked for. */
function distributionOf(config: DistributionConfig): Distribution {
  const unasked = { version: 1, deployRevision: 0, lastModifiedTime: new Date(0).toISOString() };
  return { id: "", domainName: "", config, ...unasked };
}
