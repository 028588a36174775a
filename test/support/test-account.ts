/** An account in memory, to call operations on: no log, no edge, a clock that the test moves. */
import type { FunctionJudge } from "../../src/control/functions/judge-function.ts";
import { silentLogger } from "../../src/base/logger.ts";
import type { OperationContext } from "../../src/control/operation.ts";
import { quotas, type Quotas } from "../../src/control/quotas.ts";
import { createImportReader } from "../../src/control/key-value-stores/import-source.ts";
import { checkFunction } from "../../src/runtime/check/check-function.ts";
import type { FunctionTester } from "../../src/runtime/function-runtime.ts";
import { applyChange } from "../../src/state/apply-change.ts";
import { emptyState, type State } from "../../src/state/state.ts";

export interface TestAccount extends OperationContext {
  /** The time of the next change. */
  now: string;
  /** The newest revision that edges have acknowledged; changes are by default at once. */
  deployedRevision: number;
  /** AWS's, until the test sets others. */
  quotas: Quotas;
}

/** @param tester what TestFunction runs on; operations that run nothing need none */
export function createTestAccount(tester?: FunctionTester): TestAccount {
  let state: State = emptyState("000000000000");
  const account: TestAccount = {
    now: "2026-01-02T03:04:05.678Z",
    deployedRevision: Infinity,
    state: () => state,
    commit: async (decide) => {
      const cause = { operation: "Test", requestId: "", principal: "anonymous", sourceIp: "" };
      const change = { ...decide(state), at: account.now, cause };
      state = applyChange(state, change, state.revision + 1);
      return state;
    },
    tester: tester ?? checksOnly,
    logger: silentLogger,
    ordersCertificates: true,
    clock: () => new Date(account.now),
    domainSuffix: "cloudfront.localhost",
    readImportSource: createImportReader(""),
    quotas,
    keptCopies: 10,
    isDeployed: (revision) => revision <= account.deployedRevision,
  };
  return account;
}

/** Checks in this process: what tests save is read in no time. */
const checksOnly: FunctionTester = {
  test: async () => {
    throw new Error("This test runs no function");
  },
  check: async (source, runtime, kind) => checkFunction(source, runtime, kind),
  close() {},
};

/** For those who ask for no verdict. */
export const noJudge: FunctionJudge = {
  tester: {
    testBothWays: async () => {
      throw new Error("This test runs no function");
    },
    check: (source, runtime, kind) => checksOnly.check(source, runtime, kind),
  },
  atEdge: async () => ({ does: "answer", status: 200 }),
  readSurroundings: async () => {
    throw new Error("This test runs no function");
  },
};
