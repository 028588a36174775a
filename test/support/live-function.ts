/** A function that is LIVE on a distribution of its own, and its next versions. */
import {
  CreateDistributionCommand,
  CreateFunctionCommand,
  PublishFunctionCommand,
  UpdateFunctionCommand,
  type CloudFrontClient,
} from "@aws-sdk/client-cloudfront";
import { buildConfig } from "./distribution-config.ts";

export interface LiveFunction {
  /** The distribution's domain name; its default cache behavior runs the function. */
  readonly host: string;
  readonly distributionId: string;
  /** Saves a version in DEVELOPMENT. */
  readonly update: (source: string) => Promise<void>;
  /** Publishes what was saved last. */
  readonly publish: () => Promise<void>;
}

export interface LiveFunctionInput {
  readonly name: string;
  readonly source: string;
  readonly originPort: number;
}

export const functionConfig = { Comment: "", Runtime: "cloudfront-js-2.0" } as const;

/** A viewer-request function that answers with this text. */
export function pageOf(text: string): string {
  return `function handler() { return { statusCode: 200, body: '${text}' }; }`;
}

/** Creates the function and publishes it; nobody else may change it. */
export async function createLiveFunction(
  client: CloudFrontClient,
  { name, source, originPort }: LiveFunctionInput,
): Promise<LiveFunction> {
  const created = await client.send(
    new CreateFunctionCommand({
      Name: name,
      FunctionConfig: functionConfig,
      FunctionCode: Buffer.from(source),
    }),
  );
  let etag = created.ETag;
  const publish = async (): Promise<void> => {
    await client.send(new PublishFunctionCommand({ Name: name, IfMatch: etag }));
  };
  const update = async (next: string): Promise<void> => {
    const updated = await client.send(
      new UpdateFunctionCommand({
        Name: name,
        IfMatch: etag,
        FunctionConfig: functionConfig,
        FunctionCode: Buffer.from(next),
      }),
    );
    etag = updated.ETag;
  };
  await publish();
  const { Distribution } = await client.send(
    new CreateDistributionCommand({
      DistributionConfig: buildConfig({ callerReference: name, originPort, viewerRequest: name }),
    }),
  );
  const { DomainName: host = "", Id: distributionId = "" } = Distribution ?? {};
  return { host, distributionId, update, publish };
}
