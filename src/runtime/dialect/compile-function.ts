/**
 * From a function's source to the text that runs in an isolate, or the error that CloudFront's
 * runtime would report.
 *
 * The source becomes the body of a factory that is called anew for every invocation, so nothing
 * that an invocation leaves in a variable is seen by the next. Nothing of the harness has a name
 * that the source could use.
 */
import type { AnyNode, Program } from "acorn";
import type { FunctionKind } from "../limits.ts";
import type { RuntimeName } from "../runtime-name.ts";
import { readsAll, type ReadParts, readParts } from "./read-parts.ts";
import { costCounter, type CostMap } from "./cost-marks.ts";
import type { CoverageMap } from "./coverage-marks.ts";
import { checkDialect, refusalText } from "./check-dialect.ts";
import { type Counts, instrument } from "./instrument.ts";
import { freeNames } from "./meter-names.ts";
import { topLevelNames } from "./top-level-names.ts";
import { children } from "./weigh.ts";
import type { Weights } from "./weights.ts";

export interface CompiledSource {
  /** A script's text; it evaluates to the function that guest/invoke.ts calls CompiledFunction. */
  readonly script: string;
  /** Whether promise jobs may be left when the handler returns. */
  readonly hasJobs: boolean;
  /** What of the event must be built. */
  readonly reads: ReadParts;
  readonly kind: FunctionKind;
  /** What its script counts; absent unless it was asked for. */
  readonly coverage?: CoverageMap;
  readonly costs?: CostMap;
}

export type Compilation =
  | ({ readonly type: "compiled" } & CompiledSource)
  /** The message as njs prints it, with its line. */
  | { readonly type: "refused"; readonly message: string };

/**
 * @param weights other than the fitted ones only while they are being fitted
 * @param kind a connection's function is found by the name connectionHandler
 * @param counts what is counted beside steps, if anything is
 */
export function compileFunction(
  source: string,
  runtime: RuntimeName,
  weights?: Weights,
  kind: FunctionKind = "viewer",
  counts?: Counts,
): Compilation {
  const steps = compileSteps(source, runtime, { kind, weights, counts });
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same in steps of about the same length, for who has others wait meanwhile. */
export function* compileSteps(
  source: string,
  runtime: RuntimeName,
  { kind = "viewer", weights, counts }: Partial<Manner> = {},
): Generator<void, Compilation> {
  try {
    return yield* compile(source, runtime, { kind, weights, counts });
  } catch (error) {
    // A tree thousands of nodes deep is more than our stack holds; nobody writes one by hand.
    if (error instanceof RangeError) return { type: "refused", message: tooDeep };
    throw error;
  }
}

export const tooDeep = "RangeError: Maximum call stack size exceeded";

interface Manner {
  readonly kind: FunctionKind;
  readonly weights: Weights | undefined;
  readonly counts: Counts | undefined;
}

function* compile(
  source: string,
  runtime: RuntimeName,
  { kind, weights, counts }: Manner,
): Generator<void, Compilation> {
  const { text, tokens, program, refusals } = checkDialect(source, runtime);
  const [first] = refusals;
  if (first) return { type: "refused", message: refusalText(first, tokens) };
  if (!program) throw new Error("A source was neither read nor refused");
  yield;
  const found = survey(program);
  const names = freeNames(source, found.identifiers);
  const { imports, body, coverage, costs } = instrument(text, program, names, weights, counts);
  const name = kind === "connection" ? "connectionHandler" : "handler";
  const handler = topLevelNames(program).has(name) ? name : "undefined";
  yield;
  const reads = kind === "connection" ? readsAll : readParts(program);
  const { meter, tick, caught, grown, required } = names;
  const begin = costs === undefined ? "" : `${names.hits}.z();`;
  const script =
    `(function(${meter},${tick},${caught},${grown},${required}){"use strict";` +
    `return function(){${begin}${imports}${body}\nreturn ${handler}}})`;
  return {
    type: "compiled",
    script:
      coverage !== undefined
        ? countingScript(script, coverage, names.hits)
        : costs !== undefined
          ? costingScript(script, costs, names.hits)
          : script,
    ...(coverage && { coverage }),
    ...(costs && { costs }),
    hasJobs: found.hasAsync || found.findsPromises,
    reads,
    kind,
  };
}

/** The same, with a list that counts for as long as it lives, and that it tells, with commas between, where it is given null. */
function countingScript(script: string, { points }: CoverageMap, hits: string): string {
  const zeros = points.map(() => 0).join(",");
  return (
    `(function(){var ${hits}=[${zeros}],f=${script};return function(m,t,c,g,r){` +
    `if(m!==null)return f(m,t,c,g,r);` +
    `var s="";for(var i=0;i<${points.length};i++)s+=(i?",":"")+${hits}[i];return s}})()`
  );
}

/** The same with what counts costs, which tells them where it is given null. */
function costingScript(script: string, costs: CostMap, hits: string): string {
  return (
    `(function(){var ${hits}=${costCounter(hits, costs)},f=${script};` +
    `return function(m,t,c,g,r){if(m===null)return ${hits}.tell();${hits}.m=m;return f(m,t,c,g,r)}})()`
  );
}

interface Survey {
  readonly identifiers: ReadonlySet<string>;
  readonly hasAsync: boolean;
  /** Whether it can come by a promise: by name, through the global object, or from the key value store. */
  readonly findsPromises: boolean;
}

const waysToPromise = new Set(["Promise", "globalThis", "Function", "constructor", "require"]);

function survey(program: Program): Survey {
  const identifiers = new Set<string>();
  let hasAsync = false;
  let findsPromises = false;
  const visit = (node: AnyNode): void => {
    const isPlainRequire =
      node.type === "CallExpression" &&
      node.callee.type === "Identifier" &&
      node.callee.name === "require" &&
      node.arguments[0]?.type === "Literal";
    if (node.type === "Literal" && node.value === "cloudfront") findsPromises = true;
    if (node.type === "Identifier") {
      identifiers.add(node.name);
      if (waysToPromise.has(node.name)) findsPromises = true;
    }
    if (isPlainRequire) {
      for (const argument of node.arguments) visit(argument);
      return;
    }
    if ("async" in node && node.async) hasAsync = true;
    for (const child of children(node)) visit(child);
  };
  for (const statement of program.body) visit(statement);
  return { identifiers, hasAsync, findsPromises };
}
