/** A node that is started with a MaxMind database. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateDistributionCommand } from "@aws-sdk/client-cloudfront";
import { buildConfig } from "../support/distribution-config.ts";
import { writeMmdb } from "../support/mmdb-writer.ts";
import { startTestNode, temporaryFolder } from "../support/test-node.ts";
import { startTestOrigin } from "../support/test-origin.ts";
import { view } from "../support/viewer.ts";

const inCountry = (code: string) => writeMmdb({ "127.0.0.0/8": { country: { iso_code: code } } });

test("a node blocks viewers by its database, and by the next one without a restart", async (t) => {
  const file = join(temporaryFolder(), "countries.mmdb");
  writeFileSync(file, inCountry("DE"));
  const [node, origin] = await Promise.all([
    startTestNode({ args: ["--geo-database", file] }),
    startTestOrigin(),
  ]);
  t.after(() => Promise.all([node.stop(), origin.close()]));
  const { Distribution } = await node.client.send(
    new CreateDistributionCommand({
      DistributionConfig: {
        ...buildConfig({ callerReference: "geo", originPort: origin.port }),
        Restrictions: {
          GeoRestriction: { RestrictionType: "blacklist", Quantity: 1, Items: ["DE"] },
        },
      },
    }),
  );
  const host = Distribution?.DomainName ?? "";
  assert.equal((await view(node.edge, host, "/")).status, 403);
  writeFileSync(file, inCountry("FR"));
  while ((await view(node.edge, host, "/")).status !== 200) await sleep(50);
});
