/**
 * `deploy`, `destroy` and `export` as a person types them: what they print, and how they exit.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { startTestNode, temporaryFolder } from "../support/test-node.ts";

const bin = resolve(import.meta.dirname, "../../bin/footlight.mjs");
const folder = temporaryFolder();
const node = await startTestNode();
after(() => node.stop());

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function footlight(...args: string[]): Promise<Ended> {
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [bin, ...args, "--api", node.api],
      { cwd: folder },
      (_error, stdout, stderr) => done({ status: child.exitCode, stdout, stderr }),
    );
    child.stdin?.end();
  });
}

const template = `Parameters:
  Comment: {Type: String, Default: first}
Resources:
  Store:
    Type: AWS::CloudFront::KeyValueStore
    Properties: {Name: flags}
  Fn:
    Type: AWS::CloudFront::Function
    Properties:
      Name: reads-flags
      AutoPublish: true
      FunctionConfig: {Comment: !Ref Comment, Runtime: cloudfront-js-2.0, KeyValueStoreAssociations: [{KeyValueStoreARN: !GetAtt Store.Arn}]}
      FunctionCode: "function handler(event) { return event.request; }"
Outputs:
  Arn: {Value: !GetAtt Fn.FunctionARN}
`;
writeFileSync(join(folder, "Flags.template.yaml"), template);

test("deploy shows, asks nobody who is not there, does, and changes nothing a second time", async () => {
  const shown = await footlight("deploy", "Flags.template.yaml", "--dry-run");
  assert.deepEqual(shown, {
    status: 0,
    stdout:
      "+ create Store (AWS::CloudFront::KeyValueStore flags)\n" +
      "+ create Fn (AWS::CloudFront::Function reads-flags)\n" +
      "~ set the outputs\nFlags: 2 to create\n",
    stderr: "",
  });
  const asked = await footlight("deploy", "Flags.template.yaml");
  assert.equal(asked.status, 2);
  assert.match(asked.stderr, /nobody is at a terminal to ask: --yes does it/);
  const done = await footlight("deploy", "Flags.template.yaml", "--yes");
  assert.match(
    done.stdout,
    /\ncreated Store \(.*\ncreated Fn \(AWS::CloudFront::Function reads-flags\)\nArn = arn:aws:cloudfront::000000000000:function\/reads-flags\n$/,
  );
  const again = await footlight("deploy", "Flags.template.yaml", "--yes", "--json");
  const { changes, done: nothing } = JSON.parse(again.stdout) as Record<string, unknown>;
  assert.deepEqual([again.status, changes, nothing], [0, [], []]);
});

test("what a template says commands no terminal", async () => {
  const hostile = template
    .replace("Name: flags", 'Name: "flags\\e[2J"')
    .replace("!GetAtt Fn.FunctionARN", '"\\e]0;x"');
  writeFileSync(join(folder, "Hostile.yaml"), hostile);
  for (const args of [["--dry-run"], ["--yes"]]) {
    const { stdout, stderr } = await footlight("deploy", "Hostile.yaml", ...args);
    assert.match(stdout, /^\+ create Store \(AWS::CloudFront::KeyValueStore flags\?\[2J\)$/m);
    assert.ok(!(stdout + stderr).includes("\u001b"));
  }
});

test("deploy takes parameters, and says in JSON what it did", async () => {
  const given = ["--parameter", "Comment=second, with a comma"];
  const { status, stdout } = await footlight(
    "deploy",
    "Flags.template.yaml",
    "--yes",
    "--json",
    ...given,
  );
  assert.equal(status, 0);
  const { changes, done } = JSON.parse(stdout) as Record<string, unknown>;
  assert.deepEqual(changes, [
    {
      ...{ resource: "Fn", type: "AWS::CloudFront::Function", action: "update" },
      paths: ["FunctionConfig.Comment"],
    },
  ]);
  assert.deepEqual(done, [
    {
      ...{ resource: "Fn", verb: "updated", type: "AWS::CloudFront::Function", id: "reads-flags" },
    },
  ]);
});

test("deploy refuses with file and line what makes no sense, with code 2, and what the API refuses with 1", async () => {
  writeFileSync(join(folder, "Odd.yaml"), template.replace("AutoPublish", "Autopublish"));
  const odd = await footlight("deploy", "Odd.yaml", "--yes");
  assert.equal(odd.status, 2);
  assert.match(odd.stderr, /^footlight deploy: Odd\.yaml:11: .*Fn\.Autopublish/);
  writeFileSync(join(folder, "Twin.yaml"), template);
  const twin = await footlight("deploy", "Twin.yaml", "--yes");
  assert.equal(twin.status, 1);
  assert.match(
    twin.stderr,
    /Store .*ENTITY_ALREADY_EXISTS.*nothing was done before that, left to do is create Store, create Fn, and the same command goes on/,
  );
});

test("export writes a template that deploys again, and destroy deletes what was deployed", async () => {
  const exported = await footlight("export", "all.yaml");
  assert.deepEqual([exported.status, exported.stderr], [0, ""]);
  assert.match(
    readFileSync(join(folder, "all.yaml"), "utf8"),
    /\n {2}ReadsFlags:\n {4}Type: AWS::CloudFront::Function\n/,
  );
  const printed = await footlight("export", "--format", "json");
  assert.ok("ReadsFlags" in (JSON.parse(printed.stdout) as { Resources: object }).Resources);

  const destroyed = await footlight("destroy", "Flags.template.yaml", "--yes");
  assert.deepEqual([destroyed.status, destroyed.stderr], [0, ""]);
  assert.match(destroyed.stdout, /\ndeleted Fn .*\ndeleted Store .*\n$/);
  const again = await footlight("deploy", "all.yaml", "--yes", "--stack", "copy");
  assert.deepEqual([again.status, again.stderr], [0, ""]);
  const gone = await footlight("destroy", "--stack", "copy", "--yes", "--json");
  assert.equal((JSON.parse(gone.stdout) as { done: unknown[] }).done.length, 2);
});
