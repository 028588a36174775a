/** A node's own quotas, given as an option. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CreateFunctionCommand } from "@aws-sdk/client-cloudfront";
import { startTestNode } from "../support/test-node.ts";

test("--quotas changes what the account may hold", async () => {
  const node = await startTestNode({ args: ["--quotas", '{ "functionsPerAccount": 1 }'] });
  const create = (Name: string): Promise<unknown> =>
    node.client.send(
      new CreateFunctionCommand({
        Name,
        FunctionConfig: { Comment: "", Runtime: "cloudfront-js-2.0" },
        FunctionCode: Buffer.from("x"),
      }),
    );
  await create("first");
  await assert.rejects(create("second"), { name: "TooManyFunctions", message: /limit is 1/ });
  await node.stop();
});

test("A node does not start on a quota that there is none of, and says where they are listed", async () => {
  await assert.rejects(
    startTestNode({ args: ["--quotas", '{ "functionsPerAcount": 1 }'] }),
    /There is no quota "functionsPerAcount"; docs\/quotas\.md lists them/,
  );
});
