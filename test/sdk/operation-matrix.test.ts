/**
 * Every operation of the model through the AWS SDK for JavaScript: each answers what its shape
 * requires, or says 501 NotImplemented.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as sdk from "@aws-sdk/client-cloudfront";
import { operations } from "../../src/control/operations.ts";
import type { FunctionTester } from "../../src/runtime/function-runtime.ts";
import { cloudFrontOperations } from "../../src/schema/operation-table.ts";
import type { OperationName } from "../../src/schema/operations.ts";
import { createMemoryApi } from "../support/memory-api.ts";
import { missingMembers } from "../support/missing-members.ts";
import { sampleMembers } from "../support/sample-input.ts";
import { startTestNode } from "../support/test-node.ts";
import {
  nodeOfEveryOperation,
  runEveryOperation,
  type Answer,
  type Send,
} from "./operation-script.ts";

function sendWith(client: sdk.CloudFrontClient, answered: Set<string>): Send {
  return async (name, input) => {
    const Command = (sdk as unknown as Record<string, new (input: object) => never>)[
      `${name}Command`
    ]!;
    try {
      const output: unknown = await client.send(new Command(input));
      answered.add(name);
      const { output: shape } = cloudFrontOperations.get(name)!;
      assert.deepEqual(missingMembers(shape, output, name), []);
      return output as Answer;
    } catch (error) {
      if (error instanceof sdk.CloudFrontServiceException)
        error.message = `${name}: ${error.message}`;
      throw error;
    }
  };
}

/** A stand-in that finds every function fine: how one runs is not the matrix's question. */
const tester: FunctionTester = {
  test: async () => ({ output: "{}", errorMessage: "", logs: [], computeUtilization: 1 }),
  check: async () => [],
  close() {},
};

test("every operation answers each member that its shape requires", async () => {
  const answered = new Set<string>();
  const { client, state } = createMemoryApi(tester);
  await runEveryOperation(sendWith(client, answered));
  const done = Object.keys(operations).filter((name) => !answered.has(name));
  assert.deepEqual(done, [], "operations that are done, and that the script does not call");
  assert.equal(state().distributions.size, 0, "the script deletes its distributions");
});

// Hundreds of calls, one after the other.
const timeout = 300_000;
test(
  "every operation answers so on a whole node, with its log and sockets",
  { timeout },
  async () => {
    const node = await startTestNode(nodeOfEveryOperation);
    try {
      await runEveryOperation(sendWith(node.client, new Set()));
    } finally {
      await node.stop();
    }
  },
);

const missing = [...cloudFrontOperations.keys()].filter((name) => !(name in operations));

test("an operation that is not done answers 501 NotImplemented and its name, and changes nothing", async () => {
  const { client, state } = createMemoryApi();
  const send = sendWith(client, new Set());
  for (const name of missing) {
    const input = sampleMembers(cloudFrontOperations.get(name)!.input, { strings: ["abc"] });
    await assert.rejects(
      send(name as OperationName, { ...input, IfMatch: "E1" }),
      (error: unknown) => {
        assert.ok(error instanceof sdk.CloudFrontServiceException);
        assert.deepEqual([error.name, error.$metadata.httpStatusCode], ["NotImplemented", 501]);
        assert.match(error.message, new RegExp(`operation ${name} `));
        return true;
      },
    );
  }
  assert.equal(state().revision, 0);
});
