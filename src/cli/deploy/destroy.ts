/**
 * `footlight destroy FILE`: deletes what `footlight deploy FILE` made, and nothing else.
 *
 * The file is asked for the stack's name alone, so it need not be what was deployed. Exit code 0 when all is gone, 1 when
 * something could not be deleted or nobody agreed.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Api } from "../../deploy/api/api.ts";
import { destroyStack, type Done } from "../../deploy/stack/apply-stack.ts";
import { removalsOf } from "../../deploy/stack/plan-stack.ts";
import { StackRecord } from "../../deploy/stack/stack-record.ts";
import { readOptionTable, type ValuesOf } from "../../node/option-table.ts";
import { partArguments, UsageError } from "../arguments.ts";
import type { Command } from "../command.ts";
import { confirm } from "./confirm.ts";
import { deployOptions as table } from "./deploy-options.ts";
import { refuse, tellDone } from "./deploy.ts";
import { apiAt } from "./deploy-template.ts";
import { namedTemplates } from "./named-templates.ts";
import { printLines } from "./print-lines.ts";

export const destroy: Command = {
  summary: "Delete what deploying a template made",
  usage: "[FILE]",
  options: table,
  run: async (args, environment) => {
    const { words, flags } = partArguments(args, table);
    const options = readOptionTable(table, flags, environment);
    const [file = "", ...rest] = words;
    if ((file === "" && options.stack === "") || rest.length > 0) {
      throw new UsageError("destroy FILE, or destroy --stack NAME", words);
    }
    const api = apiAt({ api: options.api, ca: options.ca }, environment);
    const names =
      file === ""
        ? [options.stack]
        : namedTemplates({ ...options, file }).map(({ stack }) => stack);
    for (const name of names.toReversed()) {
      const code = await destroyNamed(name, api, options);
      if (code !== 0) return code;
    }
    return 0;
  },
};

/** @returns the exit code */
async function destroyNamed(
  name: string,
  api: Api,
  { json, dryRun, yes, color }: ValuesOf<typeof table>,
): Promise<number> {
  const done: Done[] = [];
  try {
    const record = await StackRecord.read(api, name);
    if (!json) printRemovals(record, color);
    const goesOn = record.isThere && !dryRun;
    if (goesOn && !(await confirm("Delete them?", yes))) return 1;
    if (goesOn) {
      const tell = (one: Done): void => {
        done.push(one);
        if (!json) tellDone(one);
      };
      await destroyStack(record, { api, tell, pause: sleep });
    }
    if (json) {
      const told = done.map(({ logicalId: resource, ...one }) => ({ resource, ...one }));
      process.stdout.write(`${JSON.stringify({ stack: name, done: told })}\n`);
    }
    return 0;
  } catch (error) {
    return refuse("destroy", error, done);
  }
}

function printRemovals({ name, isThere, resources }: StackRecord, color: string): void {
  const removals = removalsOf(resources, new Set());
  const lines = removals.map(({ logicalId, type, id, isRetained }) =>
    isRetained
      ? `  leave ${logicalId} (${type} ${id}) where it is: it is retained`
      : `- delete ${logicalId} (${type} ${id})`,
  );
  printLines(lines, color);
  const what = `${removals.length} resources of the stack`;
  process.stdout.write(`${name}: ${isThere ? what : "there is no such stack"}\n`);
}
