/** Deploying a template from a file over the public API: what `deploy` and `dev --template` do. */
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Api, RefusedCall } from "../../deploy/api/api.ts";
import { applyPlan, type Done } from "../../deploy/stack/apply-stack.ts";
import { readCloudAssembly } from "../../deploy/stack/cloud-assembly.ts";
import { planStack, type Plan } from "../../deploy/stack/plan-stack.ts";
import { listStacks, StackRecord } from "../../deploy/stack/stack-record.ts";
import type { DeployOrder } from "../../deploy/stack/stack-view.ts";
import { readTemplate } from "../../deploy/template/template.ts";
import { OptionError } from "../../node/option-table.ts";
import type { ApiAddress } from "../ask-api.ts";
import { callApi, CallRefused } from "../call-api.ts";
import { codeFilesIn, type CodeFiles } from "./function-code.ts";
import type { NamedTemplate } from "./named-templates.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface TemplateInput extends NamedTemplate {
  /** `NAME=VALUE`, with commas between. */
  readonly parameter: string;
  /** `RESOURCE.ATTRIBUTE=VALUE`, with commas between. */
  readonly value: string;
  readonly region: string;
}

/** What is deployed, and the files that functions' code is read from. */
export interface ReadOrder extends DeployOrder {
  readonly codeFiles: CodeFiles;
}

/** @throws TemplateError, OptionError */
export function readOrder({ file, stack, parameter, value, region }: TemplateInput): ReadOrder {
  const codeFiles = codeFilesIn(dirname(file));
  return {
    ...{ template: readTemplate(file), stack, region, codeFiles },
    parameters: pairsOf(parameter, "--parameter"),
    values: pairsOf(value, "--value"),
    assembly: readCloudAssembly(file, codeFiles),
  };
}

/**
 * Several are given each the parameters that it has.
 *
 * @throws TemplateError, OptionError
 */
export function readOrders(inputs: readonly TemplateInput[]): readonly ReadOrder[] {
  const orders = inputs.map(readOrder);
  if (orders.length < 2) return orders;
  const [{ parameters } = { parameters: new Map<string, string>() }] = orders;
  for (const name of parameters.keys()) {
    if (orders.some(({ template }) => template.parameters.has(name))) continue;
    throw new OptionError(`None of the templates has a parameter ${name}`);
  }
  return orders.map((order) => ({
    ...order,
    parameters: new Map([...parameters].filter(([name]) => order.template.parameters.has(name))),
  }));
}

/**
 * Values may hold commas: a pair begins where a name and "=" stand behind one.
 *
 * @throws OptionError, when there is none
 */
export function pairsOf(text: string, flag: string): ReadonlyMap<string, string> {
  if (text === "") return new Map();
  const pairs = text.split(/,(?=(?:[A-Za-z][\w.:-]*|\{\{resolve:[^}]*\}\})=)/).map((pair) => {
    const [, name = "", value = ""] = /^(\{\{[^}]*\}\}|[^=]*)=([\s\S]*)$/.exec(pair) ?? [];
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
