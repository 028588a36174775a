/**
 * `footlight publish FUNCTION`: checks what DEVELOPMENT holds, then publishes exactly that.
 *
 * Exit code 0 when it is LIVE, 1 when the check finds an error, or somebody changed DEVELOPMENT meanwhile.
 */
import { readOptionTable } from "../node/option-table.ts";
import { checkFunction } from "../runtime/check/check-function.ts";
import type { RuntimeName } from "../runtime/runtime-name.ts";
import { partArguments, UsageError } from "./arguments.ts";
import { apiOptions } from "./ask-api.ts";
import { CallRefused } from "./call-api.ts";
import type { Command } from "./command.ts";
import { changeVersions, readCode, readVersions, type ToldCode } from "./function-versions.ts";

const table = {
  ...apiOptions("Base URL of the control plane to ask"),
  message: { default: "", help: "What it is for, for footlight history and the audit" },
  unchecked: {
    default: false,
    help: "Publish what CloudFront's runtime would refuse, too",
  },
  json: { default: false, help: "Print JSON" },
} as const;

export const publish: Command = {
  summary: "Check what a function's DEVELOPMENT stage holds, and give it to all viewers",
  usage: "FUNCTION",
  options: table,
  run: async (args, environment) => {
    const { words, flags } = partArguments(args, table);
    const { json, message, unchecked, ...address } = readOptionTable(table, flags, environment);
    const [name, ...rest] = words;
    if (name === undefined || rest.length > 0) throw new UsageError("publish FUNCTION", words);
    try {
      // First its ETag: if the code that is checked was saved later, publishing is refused.
      const { development } = await readVersions(address, name, environment);
      const version = "DEVELOPMENT";
      const code = await readCode(address, { name, version }, environment);
      if (tellFindings(name, code) && !unchecked) {
        process.stderr.write(
          `footlight publish: ${name} is not published; --unchecked publishes it all the same\n`,
        );
        return 1;
      }
      const body = message === "" ? {} : { message };
      const order = { name, action: "publish", ifMatch: development.etag, body } as const;
      const { live, ...after } = await changeVersions(address, order, environment);
      process.stdout.write(
        json
          ? `${JSON.stringify({ live, ...after })}\n`
          : `All viewers of ${name} get version ${live!.version}.` +
              `${after.goes_back_to === undefined ? "" : ` Back to version ${after.goes_back_to}: footlight rollback ${name}`}\n`,
      );
      return 0;
    } catch (error) {
      if (!(error instanceof CallRefused)) throw error;
      process.stderr.write(`footlight publish: ${error.message}\n`);
      return 1;
    }
  },
};

/** @returns whether there is an error among them */
function tellFindings(name: string, { code, runtime }: ToldCode): boolean {
  const source = Buffer.from(code, "base64").toString();
  const findings = checkFunction(source, runtime as RuntimeName);
  for (const { line, column, severity, rule, message } of findings) {
    process.stderr.write(`${name}:${line}:${column}: ${severity}: ${message} [${rule}]\n`);
  }
  return findings.some(({ severity }) => severity === "error");
}
