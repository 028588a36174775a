/**
 * `footlight destroy FILE`: deletes what `footlight deploy FILE` made, and nothing else.
 *
 * The file is asked for the stack's name alone, so it need not be what was deployed. Exit code 0 when all is gone, 1 when
 * something could not be deleted or nobody agreed.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { destroyStack, type Done } from "../../deploy/stack/apply-stack.ts";
import { removalsOf } from "../../deploy/stack/plan-stack.ts";
import { StackRecord } from "../../deploy/stack/stack-record.ts";
import { readOptionTable } from "../../node/option-table.ts";
import { partArguments, UsageError } from "../arguments.ts";
import type { Command } from "../command.ts";
import { confirm } from "./confirm.ts";
import { deployOptions as table } from "./deploy-options.ts";
import { refuse, tellDone } from "./deploy.ts";
import { apiAt, stackNameOf } from "./deploy-template.ts";
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
    const name = stackNameOf(file, options.stack);
    const api = apiAt({ api: options.api, ca: options.ca }, environment);
    const done: Done[] = [];
    try {
      const record = await StackRecord.read(api, name);
      const removals = removalsOf(record.resources, new Set());
      if (!options.json) {
        const lines = removals.map(({ logicalId, type, id, isRetained }) =>
          isRetained
            ? `  leave ${logicalId} (${type} ${id}) where it is: it is retained`
            : `- delete ${logicalId} (${type} ${id})`,
        );
        printLines(lines, options.color);
        const what = `${removals.length} resources of the stack`;
        process.stdout.write(`${name}: ${record.isThere ? what : "there is no such stack"}\n`);
      }
      const goesOn = record.isThere && !options.dryRun;
      if (goesOn && !(await confirm("Delete them?", options.yes))) return 1;
      if (goesOn) {
        const tell = (one: Done): void => {
          done.push(one);
          if (!options.json) tellDone(one);
        };
        await destroyStack(record, { api, tell, pause: sleep });
      }
      if (options.json) {
        const told = done.map(({ logicalId: resource, ...one }) => ({ resource, ...one }));
        process.stdout.write(`${JSON.stringify({ stack: name, done: told })}\n`);
      }
      return 0;
    } catch (error) {
      return refuse("destroy", error, done);
    }
  },
};
