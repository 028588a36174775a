/**
 * Terraform with the AWS provider, after somebody has gone back to an earlier version: its plan is empty, its
 * apply does not bring the bad copy back, and the next change is published as ever.
 *
 * It runs where test/aws-clients/terraform.test.ts does.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { GetFunctionCommand } from "@aws-sdk/client-cloudfront";
import { providerMirror, skipWithoutTerraform, terraformTestMs } from "../support/terraform.ts";
import { startTestNode, temporaryFolder } from "../support/test-node.ts";

const fixture = resolve(import.meta.dirname, "../fixtures/terraform/function.tf");

test(
  "Terraform's plan is empty after a rollback, and an apply keeps it",
  { skip: skipWithoutTerraform(), timeout: terraformTestMs },
  async (t) => {
    const node = await startTestNode({ command: "control" });
    t.after(() => node.stop());
    const folder = temporaryFolder();
    cpSync(fixture, join(folder, "main.tf"));
    const mirror = `filesystem_mirror {\n    path = ${JSON.stringify(providerMirror)}\n  }`;
    writeFileSync(join(folder, "cli.tfrc"), `provider_installation {\n  ${mirror}\n}\n`);
    const environment = {
      ...process.env,
      CHECKPOINT_DISABLE: "1",
      TF_IN_AUTOMATION: "1",
      TF_CLI_CONFIG_FILE: join(folder, "cli.tfrc"),
      TF_VAR_api: node.api,
    };

    const terraform = (word: string, ...args: readonly string[]) =>
      new Promise<{ readonly code: number; readonly output: string }>((done, failed) => {
        const env = { ...environment, TF_VAR_word: word };
        execFile(
          "terraform",
          [...args, "-no-color"],
          { cwd: folder, env },
          (error, stdout, stderr) => {
            const output = stdout + stderr;
            if (error === null) done({ code: 0, output });
            else if (typeof error.code === "number") done({ code: error.code, output });
            else failed(error);
          },
        );
      });
    const apply = async (word: string): Promise<string> => {
      const { code, output } = await terraform(word, "apply", "-auto-approve", "-input=false");
      assert.equal(code, 0, output);
      return output;
    };
    const stateEtag = async (): Promise<string | undefined> => {
      const { output } = await terraform("", "show", "-json");
      return /"live_stage_etag":"(\w+)"/.exec(output)?.[1];
    };
    const liveCopy = () =>
      node.client.send(new GetFunctionCommand({ Name: "hello", Stage: "LIVE" }));
    const live = async (): Promise<string> => {
      const { FunctionCode } = await liveCopy();
      return /body: '(\w+)'/.exec(Buffer.from(FunctionCode ?? []).toString())?.[1] ?? "";
    };

    const { code, output } = await terraform("one", "init", "-input=false");
    assert.equal(code, 0, output);
    await apply("one");
    const first = (await liveCopy()).ETag;
    await apply("bad");
    assert.equal(await live(), "bad");

    const functions = `${node.api}/footlight/v1/functions/hello`;
    const told = (await (await fetch(`${functions}/versions`)).json()) as {
      data: { etag: string };
    };
    const headers = { "if-match": told.data.etag };
    assert.equal((await fetch(`${functions}/rollback`, { method: "POST", headers })).status, 200);
    assert.equal(await live(), "one");

    const plan = await terraform("bad", "plan", "-detailed-exitcode", "-input=false");
    assert.equal(plan.code, 0, plan.output);
    await apply("bad");
    assert.equal(await live(), "one", "the apply did not bring the bad copy back");
    const refresh = ["apply", "-refresh-only", "-auto-approve", "-input=false"];
    const refreshed = await terraform("bad", ...refresh);
    assert.equal(refreshed.code, 0, refreshed.output);
    assert.equal(await stateEtag(), first, "live_stage_etag is that of the version gone back to");

    await apply("good");
    assert.equal(await live(), "good");
  },
);
