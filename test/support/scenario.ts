/**
 * Runs a scenario: a text file for a reader who knows CloudFront and not us.
 *
 *     # what it shows
 *     function      NAME   CODE               creates it, or changes what is in DEVELOPMENT
 *     publish       NAME
 *     distribution  NAME   EVENT=FUNCTION …   one origin, which answers with the request line
 *     ----                                    from here on, in order
 *     GET NAME /path       200 "body"         what a viewer gets
 *     refuse COMMAND …     CODE               the API answers this error
 */
import assert from "node:assert/strict";
import {
  CreateDistributionCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  DescribeFunctionCommand,
  PublishFunctionCommand,
  UpdateFunctionCommand,
  type CloudFrontClient,
} from "@aws-sdk/client-cloudfront";
import { buildConfig } from "./distribution-config.ts";
import { view } from "./viewer.ts";

export interface Stage {
  readonly client: CloudFrontClient;
  readonly edge: string;
  readonly originPort: number;
}

interface Scene extends Stage {
  /** Distribution names of the file → the host names they were given. */
  readonly hosts: Map<string, string>;
}

type Step = (scene: Scene, rest: string) => Promise<void>;

const steps: Readonly<Record<string, Step>> = {
  function: saveFunction,
  publish: async ({ client }, name) => {
    const { ETag } = await client.send(new DescribeFunctionCommand({ Name: name }));
    await client.send(new PublishFunctionCommand({ Name: name, IfMatch: ETag }));
  },
  delete: async ({ client }, name) => {
    const { ETag } = await client.send(new DescribeFunctionCommand({ Name: name }));
    await client.send(new DeleteFunctionCommand({ Name: name, IfMatch: ETag }));
  },
  distribution: createDistribution,
  refuse: async (scene, rest) => {
    const [, command = "", code = ""] = /^(.*?)\s+(\w+)$/.exec(rest) ?? [];
    await assert.rejects(runStep(scene, command), { name: code });
  },
};

/** @throws AssertionError naming the line, when something else happens than the file says */
export async function runScenario(text: string, stage: Stage): Promise<void> {
  const scene: Scene = { ...stage, hosts: new Map() };
  for (const line of text.split("\n")) {
    if (line.trim() === "" || line.startsWith("#") || line.startsWith("----")) continue;
    try {
      await runStep(scene, line.trim());
    } catch (error) {
      throw new Error(`${line}\n${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }
}

async function runStep(scene: Scene, line: string): Promise<void> {
  const [, word = "", rest = ""] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
  const step = steps[word];
  if (step !== undefined) return step(scene, rest);
  if (/^[A-Z]+$/.test(word)) return request(scene, word, rest);
  throw new Error(`A scenario has no "${word}"`);
}

async function saveFunction({ client }: Scene, rest: string): Promise<void> {
  const [, name = "", code = ""] = /^(\S+)\s+(.*)$/.exec(rest) ?? [];
  const input = {
    Name: name,
    FunctionConfig: { Comment: "", Runtime: "cloudfront-js-2.0" } as const,
    FunctionCode: Buffer.from(`const handler = ${code};`),
  };
  const found = await client.send(new DescribeFunctionCommand({ Name: name })).catch(() => null);
  await (found
    ? client.send(new UpdateFunctionCommand({ ...input, IfMatch: found.ETag }))
    : client.send(new CreateFunctionCommand(input)));
}

async function createDistribution(scene: Scene, rest: string): Promise<void> {
  const [name = "", ...associations] = rest.split(/\s+/);
  const functions = Object.fromEntries(associations.map((pair) => pair.split("=")));
  const { Distribution } = await scene.client.send(
    new CreateDistributionCommand({
      DistributionConfig: buildConfig({
        callerReference: `${name}-${Math.random()}`,
        originPort: scene.originPort,
        viewerRequest: functions["viewer-request"] ?? "",
        viewerResponse: functions["viewer-response"] ?? "",
      }),
    }),
  );
  scene.hosts.set(name, Distribution?.DomainName ?? "");
}

async function request(scene: Scene, method: string, rest: string): Promise<void> {
  const [, name = "", path = "", status, body] =
    /^(\S+)\s+(\S+)\s+(\d{3})(?:\s+"(.*)")?$/.exec(rest) ?? [];
  const host = scene.hosts.get(name);
  assert.ok(host, `no distribution "${name}" in this scenario`);
  const answer = await view(scene.edge, host, path, { method });
  assert.equal(`${answer.status} ${answer.body}`, `${status} ${body ?? answer.body}`);
}
