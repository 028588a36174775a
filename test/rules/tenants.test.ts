/** Distribution tenants through the API and a node: what is acknowledged is served, and functions know whose site it is. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  CreateConnectionGroupCommand,
  CreateDistributionCommand,
  CreateDistributionTenantCommand,
  CreateFunctionCommand,
  CreateInvalidationForDistributionTenantCommand,
  GetDistributionTenantCommand,
  ListInvalidationsForDistributionTenantCommand,
  PublishFunctionCommand,
  UpdateConnectionGroupCommand,
  UpdateDistributionTenantCommand,
  UpdateDomainAssociationCommand,
  waitUntilInvalidationForDistributionTenantCompleted,
} from "@aws-sdk/client-cloudfront";
import { buildConfig } from "../support/distribution-config.ts";
import { functionConfig } from "../support/live-function.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { startTestOrigin, type TestOrigin } from "../support/test-origin.ts";
import { view, type ViewerAnswer } from "../support/viewer.ts";

let node: TestNode;
let origin: TestOrigin;
let answers = 0;

const source = `import cf from 'cloudfront';
function handler(event) {
  if (event.request.uri !== '/who') return event.request;
  const known = [event.context.endpoint, cf.distributionTenant.id, cf.distributionTenant.parameters.get('customer')];
  try { known.push(cf.distributionTenant.parameters.get('none')) } catch (error) { known.push(String(error)) }
  known.push(event.context.distributionDomainName === undefined);
  return { statusCode: 200, body: JSON.stringify(known) };
}`;

before(async () => {
  origin = await startTestOrigin((request, response) => {
    answers += 1;
    response.setHeader("cache-control", "max-age=60");
    response.end(`${request.url} ${answers}`);
  });
  node = await startTestNode();
});
after(async () => {
  await node.stop();
  await origin.close();
});

const ask = (host: string, path: string): Promise<ViewerAnswer> => view(node.edge, host, path);

/** A multi-tenant distribution whose origin has a folder a customer. */
async function createMultiTenant(): Promise<string> {
  const { client } = node;
  const { ETag } = await client.send(
    new CreateFunctionCommand({
      Name: "who",
      FunctionConfig: functionConfig,
      FunctionCode: Buffer.from(source),
    }),
  );
  await client.send(new PublishFunctionCommand({ Name: "who", IfMatch: ETag }));
  const base = buildConfig({
    callerReference: "multi",
    originPort: origin.port,
    viewerRequest: "who",
    cachePolicy: "658327ea-f89d-4fab-a63d-7e88639e58f6",
  });
  const [local] = base.Origins!.Items!;
  const OriginPath = "/{{customer}}";
  const definition = { Name: "customer", Definition: { StringSchema: { Required: true } } };
  const { Distribution } = await client.send(
    new CreateDistributionCommand({
      DistributionConfig: {
        ...base,
        Origins: { Quantity: 1, Items: [{ ...local!, OriginPath }] },
        ConnectionMode: "tenant-only",
        TenantConfig: { ParameterDefinitions: [definition] },
      },
    }),
  );
  return Distribution!.Id!;
}

interface Made {
  readonly id: string;
  etag: string;
}

test("tenants are served, changed, moved and invalidated as the API says, at once", async () => {
  const { client } = node;
  const DistributionId = await createMultiTenant();
  const { ConnectionGroup, ETag: groupTag } = await client.send(
    new CreateConnectionGroupCommand({ Name: "group" }),
  );
  const create = async (name: string, domain: string): Promise<Made> => {
    const made = await client.send(
      new CreateDistributionTenantCommand({
        DistributionId,
        Name: name,
        Domains: [{ Domain: domain }, { Domain: `spare-${domain}` }],
        Parameters: [{ Name: "customer", Value: name }],
        ConnectionGroupId: ConnectionGroup!.Id!,
      }),
    );
    return { id: made.DistributionTenant!.Id!, etag: made.ETag! };
  };
  const one = await create("one", "one.example.com");
  const two = await create("two", "two.example.com");

  const first = await ask("one.example.com", "/page");
  assert.equal(first.body, "/one/page 1");
  assert.equal((await ask("two.example.com", "/page")).body, "/two/page 2");
  assert.equal((await ask("one.example.com", "/page")).headers["x-cache"], "Hit from cloudfront");
  const who = JSON.parse((await ask("two.example.com", "/who")).body) as unknown[];
  const missing = "DistributionTenantParameterKeyNotFound";
  assert.deepEqual(who, [ConnectionGroup!.RoutingEndpoint, two.id, "two", missing, true]);

  const { Invalidation } = await client.send(
    new CreateInvalidationForDistributionTenantCommand({
      Id: one.id,
      InvalidationBatch: { CallerReference: "i", Paths: { Quantity: 1, Items: ["/page"] } },
    }),
  );
  await waitUntilInvalidationForDistributionTenantCompleted(
    { client, maxWaitTime: 60 },
    { DistributionTenantId: one.id, Id: Invalidation!.Id },
  );
  assert.equal((await ask("one.example.com", "/page")).body, "/one/page 3");
  assert.equal((await ask("two.example.com", "/page")).body, "/two/page 2");
  const { InvalidationList } = await client.send(
    new ListInvalidationsForDistributionTenantCommand({ Id: one.id }),
  );
  assert.deepEqual(
    InvalidationList?.Items?.map(({ Id }) => Id),
    [Invalidation!.Id],
  );

  const found = await fetch(
    `${node.api}/footlight/v1/cache/object?url=${encodeURIComponent("http://two.example.com/page")}`,
  );
  const { data } = (await found.json()) as { readonly data: Record<string, string> };
  assert.equal(data["tenant"], two.id);
  assert.match(data["key"] ?? "", new RegExp(`^${DistributionId}:${two.id} /page`));

  const update = async (made: Made, changes: { Enabled: boolean }): Promise<void> => {
    const { ETag } = await client.send(
      new UpdateDistributionTenantCommand({ Id: made.id, IfMatch: made.etag, ...changes }),
    );
    made.etag = ETag!;
  };
  await update(one, { Enabled: false });
  assert.equal((await ask("one.example.com", "/page")).status, 403);
  const { DistributionTenant } = await client.send(
    new GetDistributionTenantCommand({ Identifier: one.id }),
  );
  assert.equal(DistributionTenant?.Domains?.[0]?.Status, "inactive");
  await client.send(
    new UpdateDomainAssociationCommand({
      Domain: "one.example.com",
      TargetResource: { DistributionTenantId: two.id },
    }),
  );
  assert.equal((await ask("one.example.com", "/page")).body, "/two/page 2");

  await client.send(
    new UpdateConnectionGroupCommand({
      Id: ConnectionGroup!.Id,
      IfMatch: groupTag,
      Enabled: false,
    }),
  );
  assert.equal((await ask("two.example.com", "/page")).status, 403);
});
