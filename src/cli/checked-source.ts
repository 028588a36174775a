/** A function's code as its file has it now, and what CloudFront's runtime would refuse of it. */
import { EventFileError } from "../events/event-file-error.ts";
import { readFunctionFile, TypeScriptError } from "../events/function-file.ts";
import { checkFunction, type Finding } from "../runtime/check/check-function.ts";
import type { RuntimeName } from "../runtime/runtime-name.ts";
import { printable } from "./printable.ts";

/** The rule of findings about TypeScript, of which nothing can be run. */
export const typeScriptRule = "typescript";

export interface CheckedSource {
  /** What CloudFront is given; undefined where the file has nothing that could be. */
  readonly source: string | undefined;
  readonly findings: readonly Finding[];
  /** Why there is nothing to check, with the file's name; undefined where there is. */
  readonly problem?: string;
}

export function checkedSource({
  file,
  runtime,
}: {
  readonly file: string;
  readonly runtime: RuntimeName;
}): CheckedSource {
  try {
    const source = readFunctionFile(file);
    const findings = checkFunction(source, runtime);
    const isRefused = findings.some(({ severity }) => severity === "error");
    return { source: isRefused ? undefined : source, findings };
  } catch (error) {
    if (error instanceof TypeScriptError) {
      const { line, column, problem: message } = error;
      return {
        source: undefined,
        findings: [{ severity: "error", rule: typeScriptRule, line, column, message }],
      };
    }
    if (!(error instanceof EventFileError)) throw error;
    return { source: undefined, findings: [], problem: error.message };
  }
}

/** How much is told of a message, in characters: it may quote the code, which may be a file that is no function. */
const messageMax = 300;

/** In the form that editors and terminals make a link of, and one line. */
export function findingLine(
  file: string,
  { line, column, severity, rule, message }: Finding,
): string {
  const isLong = message.length > messageMax;
  const told = printable(isLong ? `${message.slice(0, messageMax).toWellFormed()}…` : message);
  return `${printable(file)}:${line}:${column}: ${severity}: ${told} [${rule}]`;
}
