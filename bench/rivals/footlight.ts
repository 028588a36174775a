import {
  CreateDistributionCommand,
  CreateFunctionCommand,
  PublishFunctionCommand,
} from "@aws-sdk/client-cloudfront";
import {
  DescribeKeyValueStoreCommand,
  UpdateKeysCommand,
} from "@aws-sdk/client-cloudfront-keyvaluestore";
import { buildConfig } from "../../test/support/distribution-config.ts";
import { createStore, keyValueClientFor } from "../../test/support/key-value-client.ts";
import { startTestNode, type TestNode } from "../../test/support/test-node.ts";
import { pin } from "../pinning.ts";
import type { Workload } from "../workloads/workload.ts";
import type { Rival, RunningRival } from "./rival.ts";

/** AWS's is 100, and a workload has more. */
const quotas = JSON.stringify({ functionsPerAccount: 200 });

/** AWS's cache policies CachingOptimized and CachingDisabled. */
const managedPolicies = {
  optimized: "658327ea-f89d-4fab-a63d-7e88639e58f6",
  disabled: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
};

/** UpdateKeys takes no more at once. */
const pairsAtOnce = 50;

export const footlight = footlightWith("Footlight", []);

/** @param args what its `start` is given beside the ports */
export function footlightWith(name: string, args: readonly string[]): Rival {
  return {
    name,
    caveat:
      "does more than the others: sandboxes each function and watches its time, looks up distribution and behavior, counts utilization, adds X-Cache, Via, X-Amz-Cf-Pop and X-Amz-Cf-Id to its answers; its processor time has the primary in it. A load's header lines are the same in each request, but in (a'): Footlight reads lines that came before no more, and the others do each time",
    canKeep: true,
    missing: () => undefined,
    async start({ bench, workload, originPort, workers }) {
      // As where a node serves others: on loopback they would be on.
      const plain = ["--quotas", quotas, "--traces", "off"];
      const https = workload.secure !== undefined;
      const node = await startTestNode({ workers, https, args: [...plain, ...args] });
      const hosts = await deployWorkload(node, workload, originPort);
      if (workers === 1) pin(node.process.pid!, bench.cores?.serving);
      return runningRival(name, node, hosts);
    },
  };
}

export function runningRival(name: string, node: TestNode, hosts: readonly string[]): RunningRival {
  return {
    name,
    port: Number(new URL(node.edgeHttps ?? node.edge).port),
    pid: node.process.pid!,
    hosts,
    stop: async () => {
      await node.stop();
    },
  };
}

/** @returns the domain names of the workload's sites */
export async function deployWorkload(
  node: TestNode,
  workload: Workload,
  originPort: number,
): Promise<string[]> {
  const stores = workload.store ? [await fillStore(node, workload.store)] : [];
  const hosts: string[] = [];
  const { viewerResponse } = workload;
  if (viewerResponse !== undefined) await publishFunction(node, "respond", viewerResponse, stores);
  for (const [site, source] of workload.sites.entries()) {
    const name = `site-${site}`;
    if (source !== undefined) await publishFunction(node, name, source, stores);
    const { Distribution } = await node.client.send(
      new CreateDistributionCommand({
        DistributionConfig: buildConfig({
          callerReference: name,
          originPort,
          cachePolicy: workload.isKept ? managedPolicies.optimized : managedPolicies.disabled,
          ...(source !== undefined && { viewerRequest: name }),
          ...(viewerResponse !== undefined && { viewerResponse: "respond" }),
        }),
      }),
    );
    hosts.push(Distribution?.DomainName ?? "");
  }
  return hosts;
}

async function publishFunction(
  node: TestNode,
  Name: string,
  source: string,
  stores: readonly string[],
): Promise<void> {
  const { ETag } = await node.client.send(
    new CreateFunctionCommand({
      Name,
      FunctionCode: Buffer.from(source),
      FunctionConfig: {
        Comment: "",
        Runtime: "cloudfront-js-2.0",
        KeyValueStoreAssociations: {
          Quantity: stores.length,
          Items: stores.map((KeyValueStoreARN) => ({ KeyValueStoreARN })),
        },
      },
    }),
  );
  await node.client.send(new PublishFunctionCommand({ Name, IfMatch: ETag }));
}

/** @returns the store's ARN */
async function fillStore(node: TestNode, pairs: ReadonlyMap<string, string>): Promise<string> {
  const KvsARN = await createStore(node.client, "pairs");
  const client = keyValueClientFor(node.api, { signs: false });
  let { ETag } = await client.send(new DescribeKeyValueStoreCommand({ KvsARN }));
  const puts = [...pairs].map(([Key, Value]) => ({ Key, Value }));
  for (let from = 0; from < puts.length; from += pairsAtOnce) {
    const Puts = puts.slice(from, from + pairsAtOnce);
    ({ ETag } = await client.send(new UpdateKeysCommand({ KvsARN, IfMatch: ETag, Puts })));
  }
  client.destroy();
  return KvsARN;
}
