/**
 * `footlight deploy FILE`: makes of an account what a CloudFormation template says of CloudFront, and changes what it made before.
 *
 * Exit code 0 when it is so, 1 when something could not be done or nobody agreed, 2 when the template or the call makes no sense.
 */
import { ApplyError, type Done } from "../../deploy/stack/apply-stack.ts";
import { RefusedCall, type Api } from "../../deploy/api/api.ts";
import { isEmpty, type Plan } from "../../deploy/stack/plan-stack.ts";
import { planLines, planSummary } from "../../deploy/stack/plan-text.ts";
import type { StackOrigin } from "../../deploy/stack/stack-origins.ts";
import type { DeployOrder } from "../../deploy/stack/stack-view.ts";
import { TemplateError } from "../../deploy/template/template-node.ts";
import { readOptionTable, type ValuesOf } from "../../node/option-table.ts";
import { partArguments, UsageError } from "../arguments.ts";
import type { Command } from "../command.ts";
import { printable, printableLines } from "../printable.ts";
import { confirm } from "./confirm.ts";
import { deployOptions, templateOptions } from "./deploy-options.ts";
import { apiAt, applyTemplate, planTemplate, readOrders } from "./deploy-template.ts";
import { namedTemplates } from "./named-templates.ts";
import { printLines } from "./print-lines.ts";

const table = {
  ...deployOptions,
  ...templateOptions,
  region: { default: "us-east-1", help: "What AWS::Region stands for" },
} as const;

export const deploy: Command = {
  summary: "Make of the account what a CloudFormation template says, as CDK synthesizes them",
  usage: "FILE",
  options: table,
  run: async (args, environment) => {
    const { words, flags } = partArguments(args, table);
    const options = readOptionTable(table, flags, environment);
    const [file, ...rest] = words;
    if (file === undefined || rest.length > 0) throw new UsageError("deploy FILE", words);
    const api = apiAt({ api: options.api, ca: options.ca }, environment);
    try {
      const named = namedTemplates({ ...options, file });
      const orders = readOrders(named.map((template) => ({ ...options, ...template })));
      for (const order of orders) {
        const code = await deployOrder(order, api, options);
        if (code !== 0) return code;
      }
      return 0;
    } catch (error) {
      return refuse("deploy", error, []);
    }
  },
};

/** @returns the exit code */
async function deployOrder(
  order: DeployOrder,
  api: Api,
  { json, dryRun, yes, color }: ValuesOf<typeof table>,
): Promise<number> {
  const done: Done[] = [];
  try {
    const plan = await planTemplate(order, api);
    if (!json) printPlan(plan, color);
    const goesOn = !dryRun && !isEmpty(plan);
    if (goesOn && !(await confirm("Deploy?", yes))) return 1;
    if (goesOn) {
      await applyTemplate(plan, api, (one) => {
        done.push(one);
        if (!json) tellDone(one);
      });
    }
    if (json) printJson(plan, done);
    else printEnd(plan, dryRun);
    return 0;
  } catch (error) {
    return refuse("deploy", error, done);
  }
}

function printPlan(plan: Plan, color: string): void {
  printLines(planLines(plan), color);
  process.stdout.write(`${plan.order.stack}: ${planSummary(plan)}\n`);
}

export function tellDone({ verb, logicalId, type, id }: Done): void {
  process.stdout.write(`${verb} ${logicalId} (${type} ${id})\n`);
}

function printEnd({ record, origins }: Plan, isDry: boolean): void {
  if (isDry) return;
  for (const [name, { value }] of Object.entries(record.outputs)) {
    process.stdout.write(`${name} = ${printable(value)}\n`);
  }
  if (origins.length > 0) process.stdout.write(originText(origins));
}

/** What the node has to be started with, for there is no Amazon S3 and no AWS Lambda beside it. */
function originText(origins: readonly StackOrigin[]): string {
  const flags = origins.map(
    ({ domainName, folder = "FOLDER_OR_URL" }) => `--origin-sources ${domainName}=${folder}`,
  );
  return `What stands for its origins is the node's to know: footlight start ${flags.join(" ")}\n`;
}

function printJson(plan: Plan, done: readonly Done[]): void {
  const changes = plan.steps
    .filter(({ action }) => action !== "keep")
    .map(({ resource, action, remark, differences }) => ({
      ...{ resource: resource.logicalId, type: resource.type, action },
      ...(remark !== undefined && { remark }),
      paths: differences.map(({ path }) => path),
    }));
  const removals = plan.removals.map(({ logicalId, type, id, isRetained }) => ({
    ...{ resource: logicalId, type, id, action: isRetained ? "leave" : "delete" },
  }));
  const { record, notices, origins } = plan;
  const told = {
    ...{ stack: plan.order.stack, changes: [...changes, ...removals] },
    done: done.map(({ logicalId: resource, ...one }) => ({ resource, ...one })),
    ...{ outputs: record.outputs, notices, origins },
  };
  process.stdout.write(`${JSON.stringify(told)}\n`);
}

/**
 * @param done what had been done before
 * @returns the exit code
 * @throws what is nothing that deploying is refused for
 */
export function refuse(command: string, error: unknown, done: readonly Done[]): number {
  if (error instanceof TemplateError) {
    process.stderr.write(`footlight ${command}: ${printableLines(error.message)}\n`);
    return 2;
  }
  if (!(error instanceof ApplyError) && !(error instanceof RefusedCall)) throw error;
  process.stderr.write(
    `footlight ${command}: ${printableLines(error.message)}${error instanceof ApplyError ? whatIsLeft(error, done) : ""}\n`,
  );
  return 1;
}

function whatIsLeft({ left }: ApplyError, done: readonly Done[]): string {
  const before =
    done.length === 0
      ? "nothing was done before that"
      : `what was done before stays (${done.map(({ verb, logicalId }) => `${verb} ${logicalId}`).join(", ")})`;
  return `; ${before}, left to do is ${left.join(", ")}, and the same command goes on from there`;
}
