/** The real SDK against an account in memory: everything of the API but sockets and a log. */
import { CloudFrontClient } from "@aws-sdk/client-cloudfront";
import { silentLogger } from "../../src/base/logger.ts";
import { trustEveryone } from "../../src/control/access/access.ts";
import { handleApiCall, type Control } from "../../src/control/handle-api-call.ts";
import { applyEntry } from "../../src/state/apply-entry.ts";
import { encodeChange } from "../../src/state/encode-change.ts";
import { emptyState, type State } from "../../src/state/state.ts";
import type { FunctionTester } from "../../src/runtime/function-runtime.ts";
import { requestHandler } from "./request-handler.ts";
import { createTestAccount } from "./test-account.ts";

export interface MemoryApi {
  readonly client: CloudFrontClient;
  readonly state: () => State;
  readonly control: Control;
}

/** @param tester what TestFunction runs on */
export function createMemoryApi(tester?: FunctionTester): MemoryApi {
  let state = emptyState("000000000000");
  const {
    tester: given,
    domainSuffix,
    readImportSource,
    quotas,
    keptCopies,
  } = createTestAccount(tester);
  const control: Control = {
    quotas,
    keptCopies,
    authenticate: trustEveryone,
    state: () => state,
    commit: async (decide) => {
      // As the log does it: what JSON does not carry must not matter.
      const bytes = encodeChange(decide(state), state);
      state = applyEntry(state, { revision: state.revision + 1, bytes });
      return state;
    },
    catchUp: async () => {},
    now: () => new Date("2026-01-02T03:04:05.678Z"),
    newRequestId: () => "00000000-0000-4000-8000-000000000000",
    tester: given,
    domainSuffix,
    ordersCertificates: true,
    isDeployed: () => true,
    readImportSource,
    // What an operation breaks on is the test's to show.
    logger: { ...silentLogger, error: (...what: unknown[]) => console.error(...what) },
  };
  const client = new CloudFrontClient({
    region: "us-east-1",
    endpoint: "http://localhost:4580",
    credentials: { accessKeyId: "key", secretAccessKey: "secret" },
    maxAttempts: 1,
    requestHandler: requestHandler((request) => handleApiCall(request, control)),
  });
  return { client, state: () => state, control };
}
