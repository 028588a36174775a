/**
 * Runs a scenario: a text file for a reader who knows CloudFront and not us.
 *
 *     # what it shows
 *     function      NAME   CODE               creates it, or changes what is in DEVELOPMENT; it
 *                                             finds the helpers in `cf`
 *     publish       NAME
 *     distribution  NAME   EVENT=FUNCTION …   one origin, which answers with the request line; with
 *                                             cookies=all its cookies are forwarded, headers=POLICY
 *                                             names a response headers policy
 *     headers       POLICY JSON               creates or changes that policy, of these parts of its
 *                                             configuration
 *     ----                                    from here on, in order
 *     GET NAME /path       200 "body"         what a viewer gets
 *       > Cookie: a=1                         a header that it sends
 *       < Location: /elsewhere                a header that it gets; without a value: does not get
 *     refuse COMMAND …     CODE               the API answers this error
 *
 * Indented lines belong to the line above; below a function they go on with its code.
 */
import assert from "node:assert/strict";
import {
  CreateDistributionCommand,
  CreateFunctionCommand,
  CreateResponseHeadersPolicyCommand,
  DeleteFunctionCommand,
  DescribeFunctionCommand,
  GetResponseHeadersPolicyCommand,
  PublishFunctionCommand,
  UpdateFunctionCommand,
  UpdateResponseHeadersPolicyCommand,
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
  /** Response headers policies by name → their ids. */
  readonly headersPolicies: Map<string, string>;
}

/** @param indented the lines that belong to this one, without their indentation */
type Step = (scene: Scene, rest: string, indented: readonly string[]) => Promise<void>;

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
  headers: saveHeadersPolicy,
  refuse: async (scene, rest) => {
    const [, command = "", code = ""] = /^(.*?)\s+(\w+)$/.exec(rest) ?? [];
    await assert.rejects(runStep(scene, command, []), { name: code });
  },
};

/** @throws AssertionError naming the line, when something else happens than the file says */
export async function runScenario(text: string, stage: Stage): Promise<void> {
  const scene: Scene = { ...stage, hosts: new Map(), headersPolicies: new Map() };
  for (const { line, indented } of linesOf(text)) {
    try {
      await runStep(scene, line, indented);
    } catch (error) {
      throw new Error(`${line}\n${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }
}

interface Line {
  readonly line: string;
  readonly indented: string[];
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "" || line.startsWith("#") || line.startsWith("----")) continue;
    if (line.startsWith(" ")) lines.at(-1)?.indented.push(line.trim());
    else lines.push({ line: line.trim(), indented: [] });
  }
  return lines;
}

async function runStep(scene: Scene, line: string, indented: readonly string[]): Promise<void> {
  const [, word = "", rest = ""] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
  const step = steps[word];
  if (step !== undefined) return step(scene, rest, indented);
  if (/^[A-Z]+$/.test(word)) return request(scene, word, rest, indented);
  throw new Error(`A scenario has no "${word}"`);
}

async function saveFunction(
  { client }: Scene,
  rest: string,
  indented: readonly string[],
): Promise<void> {
  const [, name = "", start = ""] = /^(\S+)\s+(.*)$/.exec(rest) ?? [];
  const code = [start, ...indented].join("\n");
  const input = {
    Name: name,
    FunctionConfig: { Comment: "", Runtime: "cloudfront-js-2.0" } as const,
    FunctionCode: Buffer.from(`import cf from "cloudfront";\nconst handler = ${code};`),
  };
  const found = await client.send(new DescribeFunctionCommand({ Name: name })).catch(() => null);
  await (found
    ? client.send(new UpdateFunctionCommand({ ...input, IfMatch: found.ETag }))
    : client.send(new CreateFunctionCommand(input)));
}

async function createDistribution(scene: Scene, rest: string): Promise<void> {
  const [name = "", ...settings] = rest.split(/\s+/);
  const given = Object.fromEntries(settings.map((pair) => pair.split("=")));
  const { Distribution } = await scene.client.send(
    new CreateDistributionCommand({
      DistributionConfig: buildConfig({
        callerReference: `${name}-${Math.random()}`,
        originPort: scene.originPort,
        viewerRequest: given["viewer-request"] ?? "",
        viewerResponse: given["viewer-response"] ?? "",
        cookies: given["cookies"] === "all" ? "all" : "none",
        ...(given["headers"] && { headersPolicy: policyNamed(given["headers"], scene) }),
      }),
    }),
  );
  scene.hosts.set(name, Distribution?.DomainName ?? "");
}

async function saveHeadersPolicy(
  { client, headersPolicies }: Scene,
  rest: string,
  indented: readonly string[],
): Promise<void> {
  const [, name = "", start = ""] = /^(\S+)\s*(.*)$/.exec(rest) ?? [];
  const parts = JSON.parse([start, ...indented].join("\n")) as object;
  const ResponseHeadersPolicyConfig = { Name: name, ...parts };
  const Id = headersPolicies.get(name);
  if (Id !== undefined) {
    const { ETag: IfMatch } = await client.send(new GetResponseHeadersPolicyCommand({ Id }));
    const update = { Id, IfMatch, ResponseHeadersPolicyConfig };
    await client.send(new UpdateResponseHeadersPolicyCommand(update));
    return;
  }
  const { ResponseHeadersPolicy } = await client.send(
    new CreateResponseHeadersPolicyCommand({ ResponseHeadersPolicyConfig }),
  );
  headersPolicies.set(name, ResponseHeadersPolicy?.Id ?? "");
}

function policyNamed(name: string, { headersPolicies }: Scene): string {
  const id = headersPolicies.get(name);
  assert.ok(id, `no response headers policy "${name}" in this scenario`);
  return id;
}

async function request(
  scene: Scene,
  method: string,
  rest: string,
  indented: readonly string[],
): Promise<void> {
  const [, name = "", path = "", status, body] =
    /^(\S+)\s+(\S+)\s+(\d{3})(?:\s+"(.*)")?$/.exec(rest) ?? [];
  const host = scene.hosts.get(name);
  assert.ok(host, `no distribution "${name}" in this scenario`);
  const headers = Object.fromEntries(headersAfter(">", indented));
  const answer = await view(scene.edge, host, path, { method, headers });
  assert.equal(`${answer.status} ${answer.body}`, `${status} ${body ?? answer.body}`);
  for (const [header, value] of headersAfter("<", indented)) {
    const got = answer.headers[header.toLowerCase()] ?? "";
    assert.equal(Array.isArray(got) ? got.join(", ") : got, value, header);
  }
}

/** @returns the header lines of a direction: ">" to the edge, "<" from it */
function headersAfter(mark: ">" | "<", indented: readonly string[]): [string, string][] {
  return indented.flatMap((line) => {
    const parts = /^([<>]) ([\w-]+):\s*(.*)$/.exec(line);
    assert.ok(parts, `no header line like "< Name: value": ${line}`);
    const [, direction, name = "", value = ""] = parts;
    return direction === mark ? [[name, value]] : [];
  });
}
