/** A whole node that viewers come to by HTTPS, with one distribution that speaks HTTP/2, for tests of programs and of load. */
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { CreateDistributionCommand } from "@aws-sdk/client-cloudfront";
import { buildConfig } from "../support/distribution-config.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";

export interface SecureNode {
  readonly node: TestNode;
  /** The distribution's domain name. */
  readonly host: string;
  /** Where viewers connect by HTTPS. */
  readonly port: number;
  readonly close: () => Promise<void>;
}

export async function startSecureNode(
  answer: RequestListener,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<SecureNode> {
  const origin = createServer(answer).listen(0, "127.0.0.1");
  await once(origin, "listening");
  const node = await startTestNode({ https: true, args, environment });
  const originPort = (origin.address() as AddressInfo).port;
  const { Distribution } = await node.client.send(
    new CreateDistributionCommand({
      DistributionConfig: {
        ...buildConfig({ callerReference: "one", originPort }),
        HttpVersion: "http2",
      },
    }),
  );
  return {
    node,
    host: Distribution?.DomainName ?? "",
    port: Number(new URL(node.edgeHttps ?? "").port),
    close: async () => {
      origin.close();
      await node.stop();
    },
  };
}
