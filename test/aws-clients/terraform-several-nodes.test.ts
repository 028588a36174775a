/**
 * Terraform with the AWS provider before two control nodes, each of which gets every other request: it waits
 * until edges have what it made (`wait_for_deployment`), and finds what it made wherever it asks.
 *
 * The provider looks for the first time after half a minute.
 */
import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { suite, test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { ListDistributionsCommand } from "@aws-sdk/client-cloudfront";
import { NatsServer, skipWithoutNats } from "../support/nats-server.ts";
import { skipWithoutTerraform, startTerraform, terraformTestMs } from "../support/terraform.ts";
import { startTestNode, temporaryFolder, type TestNode } from "../support/test-node.ts";
import { view } from "../support/viewer.ts";

suite(
  "Terraform before several nodes",
  { skip: skipWithoutTerraform() || skipWithoutNats() },
  () => {
    test(
      "waits until every edge has what it made, and plans nothing then",
      { timeout: terraformTestMs },
      async (t) => {
        const server = await NatsServer.start();
        t.after(() => server.stop());
        const start = async (command: "control" | "edge"): Promise<TestNode> => {
          const node = await startTestNode({ command, args: ["--log", server.address] });
          t.after(() => node.kill());
          return node;
        };
        const controls = [await start("control"), await start("control")];
        const edges = [await start("edge"), await start("edge")];
        // What a control node waits for is what it has heard of.
        for (const { api } of controls) await untilHeardOf(api, controls.length + edges.length);
        const api = await startInTurns(
          t,
          controls.map((node) => node.api),
        );
        const terraform = await startTerraform(
          temporaryFolder(),
          `  endpoints {\n    cloudfront = "${api}"\n  }`,
        );
        for (const word of ["one", "two"]) {
          terraform.write(resources(word));
          await terraform.run("apply", "-auto-approve");
          // Nobody waits: Terraform has.
          const { DistributionList } = await controls[0]!.client.send(
            new ListDistributionsCommand({}),
          );
          const [distribution] = DistributionList?.Items ?? [];
          assert.equal(distribution?.Comment, word);
          for (const { edge } of edges) {
            assert.equal((await view(edge, distribution?.DomainName ?? "", "/")).body, word);
          }
          await terraform.run("plan", "-detailed-exitcode");
        }
      },
    );
  },
);

async function untilHeardOf(api: string, nodes: number): Promise<void> {
  for (;;) {
    const response = await fetch(new URL("/footlight/v1/nodes", api));
    const { data } = (await response.json()) as { readonly data: { readonly items: object[] } };
    if (data.items.length === nodes) return;
    await setTimeout(50);
  }
}

/** @returns the URL of a proxy that sends each request to the next of these */
async function startInTurns(t: TestContext, apis: readonly string[]): Promise<string> {
  let turn = 0;
  const proxy = createServer((incoming, outgoing) => {
    turn += 1;
    const { method, headers, url = "/" } = incoming;
    const onward = request(new URL(url, apis[turn % apis.length]), { method, headers });
    onward.on("response", (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  t.after(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

/** The function and the distribution change with the word. */
function resources(word: string): string {
  return `
resource "aws_cloudfront_function" "page" {
  name    = "page"
  runtime = "cloudfront-js-2.0"
  publish = true
  code    = "function handler() { return { statusCode: 200, body: '${word}' }; }"
}

resource "aws_cloudfront_distribution" "site" {
  enabled             = true
  comment             = "${word}"
  wait_for_deployment = true

  origin {
    domain_name = "localhost"
    origin_id   = "local"
    custom_origin_config {
      http_port              = 9000
      https_port             = 443
      origin_protocol_policy = "http-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  default_cache_behavior {
    target_origin_id       = "local"
    viewer_protocol_policy = "allow-all"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    function_association {
      event_type   = "viewer-request"
      function_arn = aws_cloudfront_function.page.arn
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = true
  }
}
`;
}
