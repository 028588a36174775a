/** The script that calls every operation, through boto3: it reads XML in its own way. */
import assert from "node:assert/strict";
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { cloudFrontOperations } from "../../src/schema/operation-table.ts";
import {
  nodeOfEveryOperation,
  runEveryOperation,
  type Answer,
  type Send,
} from "../sdk/operation-script.ts";
import { missingMembers } from "../support/missing-members.ts";
import { skipWithout } from "../support/optional.ts";
import { startTestNode } from "../support/test-node.ts";

/** The last operations that were added to the model; a boto3 without them lacks others as well. */
const newest = "import boto3; boto3.client('cloudfront', 'us-east-1').create_trust_store";
const skip = skipWithout(["python3", "-c", "import boto3"], ["python3", "-c", newest]);

/** Calls an operation for each line of standard input, and answers a line. Bytes are `{"bytes": hex}`. */
const bridge = `
import boto3, botocore, json, sys
cf = boto3.client("cloudfront", endpoint_url=sys.argv[1], region_name="us-east-1",
                  aws_access_key_id="any", aws_secret_access_key="any",
                  config=botocore.config.Config(retries={"max_attempts": 1}))
def given(value):
    if isinstance(value, dict):
        if set(value) == {"bytes"}: return bytes.fromhex(value["bytes"])
        return {name: given(member) for name, member in value.items()}
    return [given(entry) for entry in value] if isinstance(value, list) else value
def plain(value):
    return value.read().hex() if hasattr(value, "read") else str(value)
for line in sys.stdin:
    name, members = json.loads(line)
    try:
        answer = getattr(cf, botocore.xform_name(name))(**given(members))
        answer.pop("ResponseMetadata")
        print(json.dumps({"answer": answer}, default=plain), flush=True)
    except Exception as error:
        print(json.dumps({"error": str(error)}), flush=True)
`;

function sendThrough(python: ChildProcessWithoutNullStreams): Send {
  const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  return async (name, input) => {
    python.stdin.write(`${JSON.stringify([name, withHex(input)])}\n`);
    const line = await lines.next();
    const { answer, error } = JSON.parse(line.value as string) as {
      readonly answer?: Answer;
      readonly error?: string;
    };
    assert.equal(error, undefined, name);
    assert.deepEqual(missingMembers(cloudFrontOperations.get(name)!.output, answer, name), []);
    return answer!;
  };
}

function withHex(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString("hex") };
  if (Array.isArray(value)) return value.map(withHex);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withHex(member)]));
}

test("boto3 calls every operation, and finds what its shapes require", { skip }, async () => {
  const node = await startTestNode(nodeOfEveryOperation);
  const python = spawn("python3", ["-c", bridge, node.api]);
  try {
    await runEveryOperation(sendThrough(python));
  } finally {
    python.stdin.end();
    await node.stop();
  }
});
