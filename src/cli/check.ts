/**
 * `footlight check FILE …`: what CloudFront's runtime would refuse in a function, or run otherwise.
 *
 * Exit code 0 when there are at most warnings, 1 when there is an error, 2 when a file cannot be
 * read or the call makes no sense.
 */
import { readFileSync } from "node:fs";
import { OptionError, readOptionTable } from "../node/option-table.ts";
import { checkFunction, type Finding } from "../runtime/check/check-function.ts";
import { partArguments, UsageError } from "./arguments.ts";
import type { Command } from "./command.ts";

const table = {
  runtime: {
    default: "cloudfront-js-2.0",
    help: "The runtime that the functions are for: cloudfront-js-1.0 or cloudfront-js-2.0",
    pattern: /^cloudfront-js-[12]\.0$/,
    expects: "cloudfront-js-1.0 or cloudfront-js-2.0",
  },
  json: { default: false, help: "Print a JSON array of findings" },
} as const;

interface FileFinding extends Finding {
  readonly file: string;
}

export const check: Command = {
  summary: "Say what CloudFront's runtime would refuse in a function, and what to write instead",
  usage: "FILE …",
  options: table,
  run: async (args, environment) => {
    const { words: files, flags } = partArguments(args, table);
    if (files.length === 0) throw new UsageError("check FILE …", files);
    const { runtime, json } = readOptionTable(table, flags, environment);

    const findings = files.flatMap((file): FileFinding[] =>
      checkFunction(readSource(file), runtime as Parameters<typeof checkFunction>[1]).map(
        (finding) => ({ file, ...finding }),
      ),
    );
    process.stdout.write(json ? `${JSON.stringify(findings)}\n` : toText(findings));
    return findings.some(({ severity }) => severity === "error") ? 1 : 0;
  },
};

function readSource(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new OptionError(`Cannot read ${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** A line a finding, in the form that editors and terminals make a link of. */
function toText(findings: readonly FileFinding[]): string {
  return findings
    .map(
      ({ file, line, column, severity, rule, message }) =>
        `${file}:${line}:${column}: ${severity}: ${message} [${rule}]\n`,
    )
    .join("");
}
