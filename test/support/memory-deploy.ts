/** Deployments against an account in memory, with the API's JSON face between them. */
import type { AuditedLog } from "../../src/control/audit/list-changes.ts";
import { handleFootlightCall } from "../../src/control/footlight-api.ts";
import { handleApiCall } from "../../src/control/handle-api-call.ts";
import { Api, RefusedCall, type ApiCall } from "../../src/deploy/api/api.ts";
import { applyPlan, destroyStack, type Done } from "../../src/deploy/stack/apply-stack.ts";
import type { CloudAssembly } from "../../src/deploy/stack/cloud-assembly.ts";
import type { CodeReader } from "../../src/deploy/resources/resource-kind.ts";
import { planStack, type Plan } from "../../src/deploy/stack/plan-stack.ts";
import { listStacks, StackRecord } from "../../src/deploy/stack/stack-record.ts";
import type { DeployOrder } from "../../src/deploy/stack/stack-view.ts";
import { templateOf } from "../../src/deploy/template/template.ts";
import type { State } from "../../src/state/state.ts";
import { createMemoryApi } from "./memory-api.ts";
import { noJudge } from "./test-account.ts";

export interface MemoryDeploy {
  readonly api: Api;
  readonly state: () => State;
  /** All calls that were not GET, like `POST /2020-05-31/function`. */
  readonly changes: readonly string[];
  /** Called before each call; what it throws is what the caller gets. */
  intercept: (call: ApiCall) => void | Promise<void>;
  readonly plan: (template: string, order?: Partial<DeployOrder>) => Promise<Plan>;
  /** Plans and applies. @returns what was done, like `created Rewrite` */
  readonly deploy: (template: string, order?: Partial<DeployOrder>) => Promise<readonly string[]>;
  readonly destroy: (stack?: string) => Promise<readonly string[]>;
}

/** Takes a template's text for the code. */
export const plainCode: CodeReader = {
  codeOf: (text) => ({ code: text }),
  codeIn: (file) => ({ code: file }),
};

export const noAssembly: CloudAssembly = {
  ...plainCode,
  sourceOf: () => undefined,
  fileOf: () => undefined,
};

export function createMemoryDeploy(): MemoryDeploy {
  const { control, state } = createMemoryApi();
  const changes: string[] = [];
  const accountLog: AuditedLog & object = {
    readChanges: async () => [],
    firstRevision: async () => 1,
  };
  const footlight = {
    ...control,
    accountLog: {
      ...accountLog,
      findFailure: async () => undefined,
      readBackup: async () => undefined,
    },
    ...{ cache: undefined, metrics: undefined, functionLogs: undefined, traces: undefined },
    sendToEdge: undefined,
    ...{
      recordedRuns: undefined,
      rehearse: undefined,
      sealingKeys: undefined,
      readNodes: () => [],
      readWaves: () => undefined,
      readVersionRuns: async () => ({ versions: [], unanswered: [] }),
    },
    ...{ whyNotReady: () => undefined, judge: noJudge, scheme: "http" as const },
    ...{ allowReset: false, readyWorkers: () => 1, fullWorkers: () => 0, isFull: () => false },
    ...{ failingCertificates: () => [], certificateTrouble: () => undefined },
  };

  const api = new Api(async (call) => {
    await memory.intercept(call);
    const { method, path, query, body, ifMatch } = call;
    if (method !== "GET" && !path.includes("/get-")) changes.push(`${method} ${path}`);
    const request = {
      ...{ method, path, sourceIp: "127.0.0.1", body: new TextEncoder().encode(body) },
      query: new URLSearchParams(query).toString(),
      headers: {
        ...{ accept: "application/json", host: "localhost" },
        ...(body !== "" && { "content-type": "application/json" }),
        ...(ifMatch !== undefined && { "if-match": ifMatch }),
      },
    };
    const response =
      (await handleFootlightCall(request, footlight)) ?? (await handleApiCall(request, control));
    const { body: text } = response;
    const answer = JSON.parse(Buffer.from(text as string).toString()) as {
      readonly data?: unknown;
      readonly error?: { readonly code: string; readonly message: string };
    };
    if (answer.error === undefined) return answer.data;
    throw new RefusedCall(answer.error.code, answer.error.message, response.status);
  });

  const plan = async (text: string, order: Partial<DeployOrder> = {}): Promise<Plan> => {
    const whole: DeployOrder = {
      template: templateOf(text, "template.yaml"),
      ...{ stack: "shop", region: "us-east-1", assembly: noAssembly },
      ...{ parameters: new Map(), values: new Map(), ...order },
    };
    const record = await StackRecord.read(api, whole.stack);
    return planStack(whole, { api, record, list: await listStacks(api) });
  };
  const applying = (done: string[]) => ({
    api,
    pause: async () => {},
    tell: ({ verb, logicalId }: Done) => void done.push(`${verb} ${logicalId}`),
  });

  const memory: MemoryDeploy = {
    ...{ api, state, changes, plan, intercept: () => {} },
    deploy: async (text, order) => {
      const done: string[] = [];
      await applyPlan(await plan(text, order), applying(done));
      return done;
    },
    destroy: async (stack = "shop") => {
      const done: string[] = [];
      await destroyStack(await StackRecord.read(api, stack), applying(done));
      return done;
    },
  };
  return memory;
}
