/** Deploying a template from a file over the public API: what `deploy` and `dev --template` do. */
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Api, RefusedCall } from "../../deploy/api/api.ts";
import { applyPlan, type Done } from "../../deploy/stack/apply-stack.ts";
import { readCloudAssembly } from "../../deploy/stack/cloud-assembly.ts";
import { planStack, type Plan } from "../../deploy/stack/plan-stack.ts";
import { originsBeforehand, type StackOrigin } from "../../deploy/stack/stack-origins.ts";
import { listStacks, StackRecord } from "../../deploy/stack/stack-record.ts";
import type { DeployOrder } from "../../deploy/stack/stack-view.ts";
import { readTemplate } from "../../deploy/template/template.ts";
import { stackNamePattern } from "../../deploy/stack/stack-name.ts";
import { OptionError } from "../../node/option-table.ts";
import type { ApiAddress } from "../ask-api.ts";
import { callApi, CallRefused } from "../call-api.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface TemplateInput {
  readonly file: string;
  /** Empty for the one that the file is named after. */
  readonly stack: string;
  /** `NAME=VALUE`, with commas between. */
  readonly parameter: string;
  /** `RESOURCE.ATTRIBUTE=VALUE`, with commas between. */
  readonly value: string;
  readonly region: string;
}

/** @throws TemplateError, OptionError */
export function readOrder({ file, stack, parameter, value, region }: TemplateInput): DeployOrder {
  return {
    template: readTemplate(file),
    stack: stackNameOf(file, stack),
    parameters: pairsOf(parameter, "--parameter"),
    values: pairsOf(value, "--value"),
    region,
    assembly: readCloudAssembly(file),
  };
}

/**
 * @returns `--stack`, or what a file like `Shop.template.json` is named after
 * @throws OptionError, when that is no name of a stack
 */
export function stackNameOf(file: string, given: string): string {
  const named = basename(file).replace(/(\.template)?\.(json|ya?ml)$/, "");
  const name = given === "" ? named.replace(/[^A-Za-z0-9-]+/g, "-") : given;
  if (stackNamePattern.test(name)) return name;
  throw new OptionError(
    `--stack must be a letter, and then letters, digits and "-", got "${name}"`,
  );
}

/**
 * Values may hold commas: a pair begins where a name and "=" stand behind one.
 *
 * @throws OptionError, when there is none
 */
export function pairsOf(text: string, flag: string): ReadonlyMap<string, string> {
  if (text === "") return new Map();
  const pairs = text.split(/,(?=[A-Za-z][\w.:-]*=)/).map((pair) => {
    const [, name = "", value = ""] = /^([^=]*)=([\s\S]*)$/.exec(pair) ?? [];
    if (name !== "") return [name, value] as const;
    throw new OptionError(`${flag} takes NAME=VALUE, got "${pair}"`);
  });
  return new Map(pairs);
}

/** @returns the API at an address, called with the AWS credentials of the environment */
export function apiAt(address: ApiAddress, environment: Environment): Api {
  return new Api(async (call) => {
    try {
      return await callApi(address, call, environment);
    } catch (error) {
      if (!(error instanceof CallRefused)) throw error;
      const message = error.message.slice(error.code.length + 2);
      throw new RefusedCall(error.code, message, error.status);
    }
  });
}

/** @throws TemplateError, for what Footlight can't do; RefusedCall, for what the caller may not */
export async function planTemplate(order: DeployOrder, api: Api): Promise<Plan> {
  const list = await listStacks(api);
  const record = await StackRecord.read(api, order.stack);
  return planStack(order, { api, list, record });
}

/** @throws ApplyError, naming what could not be made */
export async function applyTemplate(
  plan: Plan,
  api: Api,
  tell: (done: Done) => void,
): Promise<void> {
  await applyPlan(plan, { api, tell, pause: sleep });
}

/**
 * Plans and applies at once, for who has nobody to ask.
 *
 * @returns what was planned; nothing was done where it is empty
 * @throws TemplateError, RefusedCall, ApplyError
 */
export async function deployTemplate(
  input: TemplateInput,
  api: Api,
  tell: (done: Done) => void,
): Promise<Plan> {
  const plan = await planTemplate(readOrder(input), api);
  await applyTemplate(plan, api, tell);
  return plan;
}

/**
 * The buckets that a template's distributions ask, and the folders that stand for them: for who starts a node, and tells it by
 * --origin-sources, before it is deployed to.
 *
 * @param account 12 digits
 * @throws TemplateError, OptionError
 */
export function templateOrigins(input: TemplateInput, account: string): readonly StackOrigin[] {
  return originsBeforehand(readOrder(input), account);
}
