/** The AWS CLI amid a publish in waves: what it waits for comes, LIVE is what was before, and publishing ends the waves. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { createLiveFunction, pageOf } from "../support/live-function.ts";
import { skipWithout } from "../support/optional.ts";
import { startTestNode, temporaryFolder } from "../support/test-node.ts";
import { view } from "../support/viewer.ts";
import { publishInWaves, readWaves } from "../support/waves-api.ts";

const run = promisify(execFile);

interface Described {
  readonly ETag: string;
  readonly FunctionSummary: { readonly Status: string; readonly FunctionMetadata: object };
}

test(
  "the AWS CLI waits, describes, updates and publishes amid waves",
  { skip: skipWithout(["aws", "--version"]) },
  async (t) => {
    const node = await startTestNode();
    t.after(() => node.kill());
    const folder = temporaryFolder();
    const aws = async <Answer>(...args: readonly string[]): Promise<Answer> => {
      const { stdout } = await run("aws", ["--endpoint-url", node.api, "cloudfront", ...args], {
        cwd: folder,
        env: {
          ...process.env,
          ...{ AWS_ACCESS_KEY_ID: "any", AWS_SECRET_ACCESS_KEY: "any", AWS_PAGER: "" },
          AWS_DEFAULT_REGION: "us-east-1",
        },
      });
      return (stdout === "" ? {} : JSON.parse(stdout)) as Answer;
    };
    const page = await createLiveFunction(node.client, {
      ...{ name: "page", source: pageOf("one"), originPort: 9000 },
    });
    const describe = (stage: string) =>
      aws<Described>("describe-function", "--name", "page", "--stage", stage);
    const before = await describe("LIVE");
    await page.update(pageOf("two"));
    await publishInWaves(node.api, "page", "20% 1h, 100%");

    const id = page.distributionId;
    await aws("wait", "distribution-deployed", "--id", id);
    const { Invalidation } = await aws<{ readonly Invalidation: { readonly Id: string } }>(
      ...["create-invalidation", "--distribution-id", id, "--paths", "/*"],
    );
    await aws("wait", "invalidation-completed", "--distribution-id", id, "--id", Invalidation.Id);
    assert.deepEqual(await describe("LIVE"), before);
    assert.equal((await describe("DEVELOPMENT")).FunctionSummary.Status, "UNPUBLISHED");
    await aws("get-function", "--name", "page", "--stage", "LIVE", join(folder, "live.js"));

    const { ETag } = await describe("DEVELOPMENT");
    const remove = ["delete-function", "--name", "page", "--if-match", ETag] as const;
    await assert.rejects(aws(...remove), /FunctionInUse/);
    writeFileSync(join(folder, "three.js"), pageOf("three"));
    const updated = await aws<Described>(
      ...["update-function", "--name", "page", "--if-match", ETag],
      ...["--function-config", "Comment=,Runtime=cloudfront-js-2.0"],
      ...["--function-code", "fileb://three.js"],
    );
    assert.equal((await readWaves(node.api, "page")).on?.wave, 1, "updates are free");
    await aws("publish-function", "--name", "page", "--if-match", updated.ETag);
    assert.equal((await readWaves(node.api, "page")).ended?.how, "replaced");
    assert.equal((await view(node.edge, page.host, "/")).body, "three");
    await aws("wait", "distribution-deployed", "--id", id);
    assert.equal((await describe("LIVE")).ETag, updated.ETag);
  },
);
