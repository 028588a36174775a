/**
 * The code of a template's function, JavaScript or TypeScript, in the template or in a file that it names.
 *
 * Of TypeScript the types are taken out, and spaces left in their place, so that what is wrong is told by its place in what was written.
 */
import { resolve } from "node:path";
import type { CodeReader, FunctionCode } from "../../deploy/resources/resource-kind.ts";
import { functionFileEnd, functionSource, TypeScriptError } from "../../events/function-file.ts";
import { checkFunction, type Finding } from "../../runtime/check/check-function.ts";
import type { RuntimeName } from "../../runtime/runtime-name.ts";
import { checkedSource, findingLine } from "../checked-source.ts";

/** No function is written in one line like this. */
const fileName = /^[^\n;{}()'"]+\.[jt]s$/;

export interface CodeFiles extends CodeReader {
  /** The files that were asked for, whether they could be read or not. */
  readonly files: ReadonlySet<string>;
}

/** @param folder what names of files are relative to: the template's */
export function codeFilesIn(folder: string): CodeFiles {
  const files = new Set<string>();
  const codeIn: CodeReader["codeIn"] = (name, runtime) => {
    if (!functionFileEnd.test(name)) {
      throw new Error(`${name} is none: a function's file ends in .js or .ts`);
    }
    const file = resolve(folder, name);
    files.add(file);
    return { code: codeInFile(file, runtimeNamed(runtime)) };
  };
  return {
    files,
    codeIn,
    codeOf: (text, runtime) => {
      const name = text.trim();
      if (fileName.test(name)) return codeIn(name, runtime);
      return codeInTemplate(text, runtimeNamed(runtime));
    },
  };
}

/** What names no runtime is refused by the API. */
function runtimeNamed(runtime: string): RuntimeName {
  return runtime === "cloudfront-js-1.0" ? runtime : "cloudfront-js-2.0";
}

/** @throws Error, with all that CloudFront's runtime would refuse of it */
function codeInFile(file: string, runtime: RuntimeName): string {
  const { source, findings, problem } = checkedSource({ file, runtime });
  if (source !== undefined) return source;
  throw new Error(problem ?? refusal(file, findings));
}

/**
 * CDK puts the file of `FunctionCode.fromFile()` into the template as it is. CloudFront takes code that it can't run; so does the node, and
 * the plan says it.
 *
 * @throws Error, when it is TypeScript, and none whose JavaScript would run
 */
function codeInTemplate(text: string, runtime: RuntimeName): FunctionCode {
  const [first] = errorsOf(checkFunction(text, runtime));
  if (first === undefined) return { code: text };
  const code = withoutTypes(text);
  if (code === undefined || code === text) {
    return {
      code: text,
      remark: `its code does not run at ${first.line}:${first.column}: ${first.message}`,
    };
  }
  const findings = errorsOf(checkFunction(code, runtime));
  if (findings.length > 0) throw new Error(refusal("its TypeScript", findings));
  return {
    code,
    remark: "its code is TypeScript, whose types are taken out here, and not by CloudFront",
  };
}

function withoutTypes(text: string): string | undefined {
  try {
    return functionSource("function.ts", text);
  } catch (error) {
    if (error instanceof TypeScriptError) return undefined;
    throw error;
  }
}

function errorsOf(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ severity }) => severity === "error");
}

function refusal(where: string, findings: readonly Finding[]): string {
  return errorsOf(findings)
    .map((finding) => findingLine(where, finding))
    .join("\n  ");
}
