/**
 * What clients change and viewers ask for: functions that answer with a text, and a distribution of which one
 * change sets two things that must be seen together: a header for the origin, and which function adds another.
 */
import {
  CreateDistributionCommand,
  GetDistributionConfigCommand,
  GetFunctionCommand,
  PublishFunctionCommand,
  UpdateDistributionCommand,
  UpdateFunctionCommand,
  type CloudFrontClient,
  type DistributionConfig,
} from "@aws-sdk/client-cloudfront";
import { buildConfig } from "../../support/distribution-config.ts";
import { createLiveFunction, functionConfig, pageOf } from "../../support/live-function.ts";
import type { ViewerAnswer } from "../../support/viewer.ts";
import type { History } from "./history.ts";

export interface Draft {
  readonly text: string;
  readonly etag: string;
}

export interface Resource {
  readonly history: History;
  /** Its distribution's domain name. */
  readonly host: string;
  readonly read: (client: CloudFrontClient) => Promise<Draft>;
  /** @returns the new ETag */
  readonly update: (client: CloudFrontClient, etag: string, text: string) => Promise<string>;
  /** Absent where an update is what viewers get. */
  readonly publish?: (client: CloudFrontClient, etag: string) => Promise<void>;
  /** @returns the text in a viewer's answer; undefined where it is none, or half of one change and half of another */
  readonly textOf: (answer: ViewerAnswer) => string | undefined;
}

export async function createPage(
  client: CloudFrontClient,
  name: string,
  originPort: number,
): Promise<Resource> {
  const initial = `${name}_0`;
  const { host } = await createLiveFunction(client, {
    ...{ name, source: pageOf(initial), originPort },
  });
  return {
    history: { name, initial, calls: [] },
    host,
    read: async (from) => {
      const answer = await from.send(new GetFunctionCommand({ Name: name, Stage: "DEVELOPMENT" }));
      const source = Buffer.from(answer.FunctionCode ?? []).toString();
      return { text: /body: '(.+)'/.exec(source)?.[1] ?? source, etag: answer.ETag ?? "" };
    },
    update: async (to, etag, text) => {
      const input = { Name: name, IfMatch: etag, FunctionConfig: functionConfig };
      const code = Buffer.from(pageOf(text));
      return (
        (await to.send(new UpdateFunctionCommand({ ...input, FunctionCode: code }))).ETag ?? ""
      );
    },
    publish: async (to, etag) => {
      await to.send(new PublishFunctionCommand({ Name: name, IfMatch: etag }));
    },
    textOf: ({ status, body }) => (status === 200 ? body : undefined),
  };
}

/** The functions that a pair's distribution has in turns: by whether a text's last digit is even. */
const adders = ["even", "odd"] as const;

function adderOf(text: string): (typeof adders)[number] {
  return adders[Number(text.at(-1)) % 2]!;
}

export async function createPair(client: CloudFrontClient, originPort: number): Promise<Resource> {
  const initial = "pair_0";
  for (const name of adders) {
    const source =
      "function handler(event) { var request = event.request; " +
      `request.headers['x-function'] = { value: '${name}' }; return request; }`;
    await createLiveFunction(client, { name, source, originPort });
  }
  const { Distribution } = await client.send(
    new CreateDistributionCommand({
      DistributionConfig: withText(buildConfig({ callerReference: "pair", originPort }), initial),
    }),
  );
  const { Id, DomainName: host = "", DistributionConfig: whole } = Distribution ?? {};
  return {
    history: { name: "pair", initial, calls: [] },
    host,
    read: async (from) => {
      const { ETag: etag = "", DistributionConfig: config } = await from.send(
        new GetDistributionConfigCommand({ Id }),
      );
      const header = config?.Origins?.Items?.[0]?.CustomHeaders?.Items?.[0];
      return { text: header?.HeaderValue ?? "", etag };
    },
    update: async (to, etag, text) => {
      const input = { Id, IfMatch: etag, DistributionConfig: withText(whole!, text) };
      return (await to.send(new UpdateDistributionCommand(input))).ETag ?? "";
    },
    textOf: ({ status, body }) => {
      if (status !== 200) return undefined;
      const [text, adder] = JSON.parse(body) as [string, string];
      return adder === adderOf(text) ? text : undefined;
    },
  };
}

/** Says the same twice: in the origin's header, and by which function is there. */
function withText(config: DistributionConfig, text: string): DistributionConfig {
  const [origin] = config.Origins?.Items ?? [];
  const headers = { Quantity: 1, Items: [{ HeaderName: "x-config", HeaderValue: text }] };
  const adder = {
    EventType: "viewer-request",
    FunctionARN: `arn:aws:cloudfront::000000000000:function/${adderOf(text)}`,
  } as const;
  return {
    ...config,
    Origins: { Quantity: 1, Items: [{ ...origin!, CustomHeaders: headers }] },
    DefaultCacheBehavior: {
      ...config.DefaultCacheBehavior!,
      FunctionAssociations: { Quantity: 1, Items: [adder] },
    },
  };
}
