/**
 * Every line of a function that CloudFront would refuse, or that behaves otherwise there.
 *
 * CreateFunction and UpdateFunction accept such code, as CloudFront does, and say what is found
 * beside it; `footlight check` prints it.
 */
import { advice, unsupported } from "./check-advice.ts";
import { checkProgram } from "./check-program.ts";
import { checkDialect, refusalText, type CheckedSource } from "../dialect/check-dialect.ts";
import { tooDeep } from "../dialect/compile-function.ts";
import { strictPrefix } from "../dialect/parse-source.ts";
import type { Refusal } from "../dialect/refusal.ts";
import type { FunctionKind } from "./handler-name.ts";
import { findPcrePart, pcreMessage, type PcrePart } from "./pcre-patterns.ts";
import type { RuntimeName } from "../runtime-name.ts";

export interface Finding {
  /** An error fails every run or the run that gets there; a warning is worth a look. */
  readonly severity: "error" | "warning";
  readonly rule: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** What is wrong, and what to write instead. */
  readonly message: string;
  /** What the engine itself would say, for code that it refuses to read. */
  readonly engineMessage?: string;
}

/** Bytes of source that CloudFront takes. */
const sourceLimitBytes = 10_240;

/** @param kind by its handler where its owner does not say */
export function checkFunction(
  source: string,
  runtime: RuntimeName,
  kind?: FunctionKind,
): Finding[] {
  try {
    return findAll(source, runtime, kind);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const message = "the source is nested thousands of levels deep; take it apart";
    return [
      { severity: "error", rule: "depth", line: 1, column: 1, message, engineMessage: tooDeep },
    ];
  }
}

function findAll(source: string, runtime: RuntimeName, kind: FunctionKind | undefined): Finding[] {
  const checked = checkDialect(source, runtime);
  const findings: Finding[] = withoutRepeats(checked.refusals).map((refusal) => {
    const { what, rewrite } = advice[refusal.rule];
    const engineMessage = refusalText(refusal, checked.tokens);
    const part = partOnlyOfPcre(refusal);
    if (part !== undefined) {
      const place = placeOf(refusal.at, checked);
      return { severity: "error", rule: "pcre-pattern", ...place, message: pcreMessage(part) };
    }
    return {
      severity: "error",
      rule: refusal.rule,
      ...placeOf(refusal.at, checked),
      message:
        what === undefined ? `${engineMessage}; ${rewrite}` : unsupported(what, runtime, rewrite),
      engineMessage,
    };
  });
  const bytes = Buffer.byteLength(source);
  if (bytes > sourceLimitBytes) {
    findings.push({
      severity: "error",
      rule: "size",
      line: 1,
      column: 1,
      message: `the source has ${bytes} bytes, and CloudFront takes ${sourceLimitBytes}; shorten it`,
    });
  }
  if (checked.program) {
    checkProgram(checked.program, runtime, kind, (severity, rule, at, message) => {
      findings.push({ severity, rule, ...placeOf(at, checked), message });
    });
  }
  return findings.sort((one, other) => one.line - other.line || one.column - other.column);
}

/** A spread in an object is refused as the object's and as its own; a person needs to hear it once. */
function withoutRepeats(refusals: readonly Refusal[]): Refusal[] {
  const known = new Map<string, Refusal>();
  for (const refusal of refusals) {
    const key = `${refusal.at} ${refusal.rule}`;
    if (!known.has(key)) known.set(key, refusal);
  }
  return [...known.values()];
}

/** What made the engine here refuse a pattern that CloudFront's takes; undefined for any other refusal. */
function partOnlyOfPcre({ rule, message }: Refusal): PcrePart | undefined {
  if (rule !== "syntax") return undefined;
  const pattern = /^SyntaxError: pcre_compile2\("(.*)"\) failed: /s.exec(message)?.[1];
  const part = pattern === undefined ? undefined : findPcrePart(pattern);
  return part?.isRefused === true ? part : undefined;
}

function placeOf(at: number, { text, tokens }: CheckedSource): { line: number; column: number } {
  const line = tokens.lineOf(at);
  const start = text.lastIndexOf("\n", at - 1) + 1;
  const shift = line === 1 ? strictPrefix.length : 0;
  return { line, column: at - start + 1 - shift };
}
