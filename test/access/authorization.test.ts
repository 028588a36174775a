/**
 * Operations × policies: every operation of both services and of Footlight's own API, called by the
 * real SDK with a signature, under policies that allow it and policies that don't. After each refusal
 * the state is byte for byte what it was.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as cloudFront from "@aws-sdk/client-cloudfront";
import * as keyValueStore from "@aws-sdk/client-cloudfront-keyvaluestore";
import { HttpRequest } from "@smithy/core/protocols";
import { Hash } from "@smithy/core/serde";
import { SignatureV4 } from "@smithy/signature-v4";
import { silentLogger } from "../../src/base/logger.ts";
import { requireSignatures } from "../../src/control/access/access.ts";
import { footlightActions, permissionsOf } from "../../src/control/access/permissions.ts";
import { handleFootlightCall } from "../../src/control/footlight-api.ts";
import { handleApiCall, type Control } from "../../src/control/handle-api-call.ts";
import {
  cloudFrontOperations,
  keyValueStoreOperations,
  type OperationSchema,
} from "../../src/schema/operation-table.ts";
import type { OperationName, KeyValueStoreOperationName } from "../../src/schema/operations.ts";
import { applyChange } from "../../src/state/apply-change.ts";
import type { Change } from "../../src/state/change.ts";
import { encodeSnapshot } from "../../src/state/snapshot.ts";
import { emptyState, type State } from "../../src/state/state.ts";
import type { ApiRequest, ApiResponse } from "../../src/wire/api-message.ts";
import { allowAll, policyText, testSecretKey, withFact, withKey } from "../support/access-key.ts";
import { apiRequestOf } from "../support/request-handler.ts";
import { sampleMembers } from "../support/sample-input.ts";
import {
  cloudFrontClient,
  keyValueStoreClient,
  type Credentials,
} from "../support/signed-request.ts";
import { createTestAccount, noJudge } from "../support/test-account.ts";

const account = "000000000000";
const storeId = "11111111-2222-3333-4444-555555555555";
const storeArn = `arn:aws:cloudfront::${account}:key-value-store/${storeId}`;
const strings = [
  "abc",
  "us-east-1",
  `arn:aws:cloudfront::${account}:distribution/E1`,
  `arn:aws:cloudfront::${account}:function/abc`,
  storeArn,
];

/** A function and a store, so that some of the calls below would change something. */
const seeded: State = [
  {
    type: "function-created",
    name: "abc",
    config: { Comment: "", Runtime: "cloudfront-js-2.0" },
    code: "b25l",
  } as const,
  { type: "key-value-store-created", id: storeId, name: "abc", comment: "", pairs: [] } as const,
].reduce(withFact, emptyState(account));

/** Inputs that do something, where the sample would be refused for what it says. */
const inputs: Partial<Record<OperationName | KeyValueStoreOperationName, object>> = {
  PublishFunction: { Name: "abc", IfMatch: "ETVPDKIKX0DER" },
  DeleteFunction: { Name: "abc", IfMatch: "ETVPDKIKX0DER" },
  DeleteKeyValueStore: { Name: "abc", IfMatch: "ETVPDKIKX0DER" },
  UpdateKeyValueStore: { Name: "abc", Comment: "changed", IfMatch: "ETVPDKIKX0DER" },
  PutKey: { KvsARN: storeArn, Key: "k", Value: "v", IfMatch: "KVTVPDKIKX0DER" },
  DeleteResourcePolicy: { ResourceArn: `arn:aws:cloudfront::${account}:function/abc` },
  GetResourcePolicy: { ResourceArn: `arn:aws:cloudfront::${account}:function/abc` },
  PutResourcePolicy: {
    ResourceArn: `arn:aws:cloudfront::${account}:function/abc`,
    PolicyDocument: "{}",
  },
  TagResource: {
    Resource: `arn:aws:cloudfront::${account}:function/abc`,
    Tags: { Items: [{ Key: "k", Value: "v" }] },
  },
};

interface Answered {
  readonly state: State;
  readonly response: ApiResponse;
}

/** A control plane of its own for one call. */
async function call(
  before: State,
  send: (answer: (request: ApiRequest) => Promise<ApiResponse>) => Promise<unknown>,
): Promise<Answered> {
  let state = before;
  let response: ApiResponse | undefined;
  const shared = {
    authenticate: requireSignatures({
      state: () => state,
      now: () => new Date(),
      secretKey: testSecretKey,
    }),
    state: () => state,
    commit: async (decide: (current: State) => Change): Promise<State> =>
      (state = applyChange(state, decide(state), state.revision + 1)),
    catchUp: async () => {},
    now: () => new Date(),
    newRequestId: () => "request",
    logger: silentLogger,
  };
  const { tester, domainSuffix, isDeployed, readImportSource, quotas, keptCopies } =
    createTestAccount();
  const control: Control = {
    ...shared,
    tester,
    domainSuffix,
    ordersCertificates: true,
    isDeployed,
    readImportSource,
    quotas,
    keptCopies,
  };
  await send(async (request) => {
    const footlight = {
      ...shared,
      keptCopies,
      scheme: "http" as const,
      allowReset: true,
      readyWorkers: () => 1,
      fullWorkers: () => 0,
      cache: undefined,
      metrics: undefined,
      functionLogs: undefined,
      readNodes: () => [],
      readWaves: () => undefined,
      readVersionRuns: async () => ({ versions: [], unanswered: [] }),
      traces: undefined,
      sendToEdge: undefined,
      recordedRuns: undefined,
      rehearse: undefined,
      sealingKeys: undefined,
      whyNotReady: () => undefined,
      judge: noJudge,
      isFull: () => false,
      failingCertificates: () => [],
      certificateTrouble: () => undefined,
      accountLog: {
        readChanges: async () => [],
        firstRevision: async () => 1,
        findFailure: async () => undefined,
        readBackup: async () => undefined,
      },
    };
    response =
      (await handleFootlightCall(request, footlight)) ?? (await handleApiCall(request, control));
    return response;
  }).catch(() => {});
  assert.ok(response, "the call never reached the control plane");
  return { state, response };
}

function codeOf({ body }: ApiResponse, headers: ApiResponse["headers"]): string | undefined {
  const type = headers["x-amzn-ErrorType"];
  if (type) return type;
  const text = Buffer.from(body).toString();
  return /<Code>(\w+)</.exec(text)?.[1] ?? /"code":"(\w+)"/.exec(text)?.[1];
}

const refusals: ReadonlySet<string | undefined> = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "ACCESS_DENIED",
]);

function send(
  { service, name }: OperationSchema,
  input: object,
  by: Credentials,
  answer: (request: ApiRequest) => Promise<ApiResponse>,
): Promise<unknown> {
  const sdk = service === "cloudfront" ? cloudFront : keyValueStore;
  const make = service === "cloudfront" ? cloudFrontClient : keyValueStoreClient;
  const Command = (sdk as unknown as Record<string, new (input: object) => never>)[
    `${name}Command`
  ]!;
  const client = make(by, answer) as { readonly send: (command: never) => Promise<unknown> };
  return client.send(new Command(input));
}

interface Case {
  readonly name: string;
  readonly permissions: readonly { readonly action: string; readonly resource: string }[];
  readonly send: (
    by: Credentials,
    answer: (request: ApiRequest) => Promise<ApiResponse>,
  ) => Promise<unknown>;
}

const operations: readonly OperationSchema[] = [
  ...cloudFrontOperations.values(),
  ...keyValueStoreOperations.values(),
];

const serviceCases = operations.map((operation): Case => {
  const name = operation.name as OperationName;
  const input = inputs[name] ?? {
    ...sampleMembers(operation.input, { strings }),
    ...withStore(operation),
  };
  const permissions = permissionsOf(
    { service: operation.service as "cloudfront", operation: name, input },
    seeded,
  );
  return {
    name: `${operation.service}:${name}`,
    permissions,
    send: (by, answer) => send(operation, input, by, answer),
  };
});

function withStore({ service }: OperationSchema): object {
  return service === "cloudfront" ? {} : { KvsARN: storeArn };
}

const footlightPaths = {
  "GET /openapi.json": footlightActions.readOpenApi,
  "GET /footlight/v1/cache": footlightActions.readCache,
  "GET /footlight/v1/cache/object": footlightActions.readCachedObjects,
  "GET /footlight/v1/cache/objects": footlightActions.readCachedObjects,
  "GET /footlight/v1/changes": footlightActions.readChanges,
  "GET /footlight/v1/health": footlightActions.readHealth,
  "GET /footlight/v1/health/live": footlightActions.readHealth,
  "GET /footlight/v1/health/ready": footlightActions.readHealth,
  "GET /footlight/v1/functions/hello/versions": footlightActions.listFunctionVersions,
  "GET /footlight/v1/functions/hello/versions/1": footlightActions.readFunctionVersion,
  "POST /footlight/v1/functions/hello/publish": footlightActions.publishFunction,
  "POST /footlight/v1/functions/hello/rollback": footlightActions.rollBackFunction,
  "GET /footlight/v1/metrics": footlightActions.readMetrics,
  "GET /footlight/v1/trace": footlightActions.readTraces,
  "GET /footlight/v1/traces": footlightActions.readTraces,
  "POST /footlight/v1/traces/send": footlightActions.sendRequest,
  "POST /footlight/v1/reset": footlightActions.reset,
};

function resourceOfPath(path: string): string {
  const name = /\/functions\/(\w+)\/(versions|publish|rollback)/.exec(path)?.[1];
  return name === undefined ? "*" : `arn:aws:cloudfront::${account}:function/${name}`;
}

const footlightCases = Object.entries(footlightPaths).map(([line, action]): Case => {
  const [method = "", path = ""] = line.split(" ");
  return {
    name: line,
    permissions: [{ action, resource: resourceOfPath(path) }],
    send: async (credentials, answer) => {
      const signer = new SignatureV4({
        credentials,
        region: "us-east-1",
        service: "cloudfront",
        sha256: Hash.bind(null, "sha256"),
      });
      const headers = { host: "localhost:4580" };
      const signed = await signer.sign(new HttpRequest({ method, path, headers }));
      return answer(apiRequestOf(signed as HttpRequest));
    },
  };
});

/** @returns policies by what they are, and whether they let a call with these permissions through */
function policiesFor(permissions: Case["permissions"]): [string, string, boolean][] {
  const [first] = permissions;
  const exact = permissions.map(({ action, resource }) => ({
    Effect: "Allow",
    Action: action,
    Resource: resource,
  }));
  const everything = { Effect: "Allow", Action: "*", Resource: "*" };
  const actions = permissions.map(({ action }) => action);
  const other = `arn:aws:cloudfront::${account}:function/other`;
  return [
    ["everything", allowAll, true],
    ["exactly what it needs", policyText(...exact), true],
    [
      "its service",
      policyText({ ...everything, Action: `${first!.action.split(":")[0]}:*` }),
      true,
    ],
    [
      "all but its action",
      policyText({ Effect: "Allow", NotAction: actions, Resource: "*" }),
      false,
    ],
    ["its action on something else", policyText({ ...exact[0]!, Resource: other }), false],
    [
      "everything, and denies its action",
      policyText(everything, { Effect: "Deny", Action: first!.action, Resource: "*" }),
      false,
    ],
    [
      "exactly what it needs, and denies its resource",
      policyText(...exact, { Effect: "Deny", Action: "*", Resource: first!.resource }),
      false,
    ],
    ["nothing of it", policyText({ ...everything, Action: "s3:*" }), false],
    ...permissions
      .slice(1)
      .map(({ action }): [string, string, boolean] => [
        `what it needs but ${action}`,
        policyText(...exact.filter(({ Action }) => Action !== action)),
        false,
      ]),
  ];
}

let cells = 0;
let changed = 0;

for (const { name, permissions, send: sendBy } of [...serviceCases, ...footlightCases]) {
  test(`${name} is done for those who may, and changes nothing for others`, async () => {
    for (const [what, policy, isAllowed] of policiesFor(permissions)) {
      cells++;
      const { state: before, credentials } = withKey(seeded, policy);
      const { state, response } = await call(before, (answer) => sendBy(credentials, answer));
      const code = codeOf(response, response.headers);
      if (isAllowed) {
        assert.ok(!refusals.has(code), `allowed ${what}, answered ${code}`);
        if (state !== before) changed++;
        continue;
      }
      assert.ok(refusals.has(code), `allowed ${what}, answered ${code}`);
      assert.equal(response.status, 403);
      assert.deepEqual(encodeSnapshot(state), encodeSnapshot(before));
    }
  });
}

test("The table covers every operation, and allowed calls do change something", (t) => {
  assert.ok(cells >= operations.length * 8);
  assert.ok(changed >= 18, `${changed} calls changed the state`);
  t.diagnostic(`${cells} calls under policies; ${changed} of the allowed ones changed the state`);
});

test("A key that may publish one function can do nothing else", async () => {
  const policy = policyText({
    Effect: "Allow",
    Action: "cloudfront:PublishFunction",
    Resource: `arn:aws:cloudfront::${account}:function/abc`,
  });
  const allowed: string[] = [];
  for (const { name, send: sendBy } of [...serviceCases, ...footlightCases]) {
    const { state, credentials } = withKey(seeded, policy);
    const { response } = await call(state, (answer) => sendBy(credentials, answer));
    if (!refusals.has(codeOf(response, response.headers))) allowed.push(name);
  }
  assert.deepEqual(allowed, ["cloudfront:PublishFunction"]);
});
