/**
 * `footlight check FILE …`: what CloudFront's runtime would refuse in a function, or run otherwise; with
 * an event also what TestFunction and the edge would do with its result.
 *
 * Exit code 0 when there are at most warnings, 1 when there is an error, a run that fails or a result
 * that the edge refuses, 2 when a file cannot be read or the call makes no sense.
 */
import { readFileSync } from "node:fs";
import { judgeSource, type JudgedSource } from "../node/judge-source.ts";
import { OptionError, readOptionTable } from "../node/option-table.ts";
import { functionSource } from "../events/function-file.ts";
import type { Finding } from "../runtime/check/check-function.ts";
import type { RuntimeName } from "../runtime/runtime-name.ts";
import { checkedSource, findingLine, typeScriptRule } from "./checked-source.ts";
import { partArguments, UsageError } from "./arguments.ts";
import type { Command } from "./command.ts";
import { readDistributionConfig } from "./distribution-file.ts";

const table = {
  runtime: {
    default: "cloudfront-js-2.0",
    help: "The runtime that the functions are for: cloudfront-js-1.0 or cloudfront-js-2.0",
    pattern: /^cloudfront-js-[12]\.0$/,
    expects: "cloudfront-js-1.0 or cloudfront-js-2.0",
  },
  event: {
    default: "",
    help: "A file with an event object, as TestFunction takes it: each function is run on it, and what the edge would do with its result is told",
  },
  distribution: {
    default: "",
    help: "With --event: a file with a DistributionConfig, by whose origins the origin helpers are judged",
  },
  json: {
    default: false,
    help: "Print a JSON array of findings; with --event an object with findings and verdicts",
  },
} as const;

interface FileFinding extends Finding {
  readonly file: string;
}

interface FileVerdict extends JudgedSource {
  readonly file: string;
}

export const check: Command = {
  summary: "Say what CloudFront's runtime would refuse in a function, and what to write instead",
  usage: "FILE …",
  options: table,
  run: async (args, environment) => {
    const { words: files, flags } = partArguments(args, table);
    if (files.length === 0) throw new UsageError("check FILE …", files);
    const { runtime, event, distribution, json } = readOptionTable(table, flags, environment);
    if (distribution !== "" && event === "") {
      throw new OptionError("--distribution says what --event is judged by: give both");
    }

    const findings = files.flatMap((file): FileFinding[] =>
      findingsOf(file, runtime as RuntimeName).map((finding) => ({ file, ...finding })),
    );
    const readable = files.filter((file) => !findings.some(isUnreadable(file)));
    const verdicts = event === "" ? [] : await judge(readable, { runtime, event, distribution });
    if (json) {
      const told = event === "" ? findings : { findings, verdicts };
      process.stdout.write(`${JSON.stringify(told)}\n`);
    } else {
      process.stdout.write(findingsText(findings) + verdictsText(verdicts));
    }
    const isWrong = findings.some(({ severity }) => severity === "error") || verdicts.some(fails);
    return isWrong ? 1 : 0;
  },
};

function findingsOf(file: string, runtime: RuntimeName): readonly Finding[] {
  const { findings, problem } = checkedSource({ file, runtime });
  if (problem !== undefined) throw new OptionError(problem);
  return findings;
}

/** What has no JavaScript in it can't be run. */
function isUnreadable(file: string): (finding: FileFinding) => boolean {
  return (finding) => finding.file === file && finding.rule === typeScriptRule;
}

interface Given {
  readonly runtime: string;
  /** A file's name, as the other. */
  readonly event: string;
  readonly distribution: string;
}

async function judge(files: readonly string[], given: Given): Promise<FileVerdict[]> {
  const event = readText(given.event);
  const distribution =
    given.distribution === "" ? undefined : readDistributionConfig(given.distribution);
  const verdicts: FileVerdict[] = [];
  for (const file of files) {
    const source = functionSource(file, readText(file));
    const runtime = given.runtime as RuntimeName;
    const order = {
      source,
      runtime,
      event,
      store: undefined,
      now: undefined,
      seed: undefined,
      distribution,
    };
    try {
      verdicts.push({ file, ...(await judgeSource(order)) });
    } catch (error) {
      const { message } = error as Error;
      throw new OptionError(`Cannot run ${file} on ${given.event}: ${message}`, { cause: error });
    }
  }
  return verdicts;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new OptionError(`Cannot read ${file}: ${(error as Error).message}`, { cause: error });
  }
}

function fails({ test, edge }: FileVerdict): boolean {
  return test.errorMessage !== "" || edge.does === "refuse";
}

/** A line a finding, in the form that editors and terminals make a link of. */
function findingsText(findings: readonly FileFinding[]): string {
  return findings.map((finding) => `${findingLine(finding.file, finding)}\n`).join("");
}

function verdictsText(verdicts: readonly FileVerdict[]): string {
  return verdicts.map(({ file, verdict }) => `${file}: ${verdict}\n`).join("");
}
