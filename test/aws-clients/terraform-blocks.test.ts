/**
 * Every block that Terraform's AWS provider knows of a distribution, applied to a node and asked for
 * at its edge: what the provider sends is what viewers get.
 */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { resolve } from "node:path";
import { test } from "node:test";
import { getSignedUrl } from "@aws-sdk/cloudfront-signer";
import { skipWithoutTerraform, startTerraform, terraformTestMs } from "../support/terraform.ts";
import { startTestNode, temporaryFolder } from "../support/test-node.ts";
import { startTestOrigin } from "../support/test-origin.ts";
import { view } from "../support/viewer.ts";

const fixture = resolve(import.meta.dirname, "../fixtures/terraform/every-block.tf");
const host = "every.example";

interface Asked {
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
}

/** Answers with the status that the path names, like `/status-404`, and never where it names `slow`; but for its files. */
function answer(asked: Asked[]) {
  return ({ url = "", headers }: IncomingMessage, response: ServerResponse): void => {
    asked.push({ url, headers });
    const isFile = url.startsWith("/files/");
    if (!isFile && url.includes("slow")) return;
    const status = isFile ? 200 : Number(/status-(\d{3})/.exec(url)?.[1] ?? 200);
    response.writeHead(status, { "content-type": "text/plain", "x-powered-by": "test" });
    response.end(url.includes("long") ? "long ".repeat(400) : url);
  };
}

test(
  "every block of a distribution in Terraform does what it says",
  { skip: skipWithoutTerraform(), timeout: terraformTestMs },
  async (t) => {
    const asked: Asked[] = [];
    const origin = await startTestOrigin(answer(asked));
    t.after(() => origin.close());
    const bucket = (name: string) =>
      `--origin-sources=${name}.s3.eu-west-1.amazonaws.com=http://127.0.0.1:${origin.port}/${name}`;
    const node = await startTestNode({
      args: ["--mock-headers", bucket("files"), bucket("older")],
      environment: { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" },
    });
    t.after(() => node.stop());
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const terraform = await startTerraform(
      temporaryFolder(),
      `  endpoints {\n    cloudfront = "${node.api}"\n  }`,
    );
    terraform.write(readFileSync(fixture, "utf8"));
    const variables = [
      `-var=origin_port=${origin.port}`,
      `-var=public_key=${publicKey.export({ type: "spki", format: "pem" }).toString()}`,
    ];
    await terraform.run("apply", "-auto-approve", "-input=false", ...variables);
    await terraform.run("plan", "-detailed-exitcode", "-input=false", ...variables);
    const signer = (await terraform.run("output", "-raw", "signer")).trim();

    const get = (path: string, headers: Record<string, string> = {}) =>
      view(node.edge, host, path, { headers });
    const lastAsked = () => asked.at(-1)!;

    await t.test("aliases, default root object, origin path and custom header", async () => {
      assert.equal((await get("/")).body, "/custom/index.html");
      assert.equal((await view(node.edge, "a.b.every.example", "/alias")).body, "/custom/alias");
      assert.equal((await view(node.edge, "other.example", "/")).status, 403);
      assert.equal(lastAsked().headers["x-secret"], "shared");
    });

    await t.test("forwarded values, methods and compression of the default behavior", async () => {
      const headers = { "x-kept": "1", cookie: "session=1; other=2" };
      assert.equal((await get("/legacy?page=1&b=2", headers)).body, "/custom/legacy?page=1&b=2");
      const { cookie, "x-kept": kept } = lastAsked().headers;
      assert.deepEqual([cookie, kept], ["session=1", "1"]);
      const again = await get("/legacy?b=3&page=1", headers);
      assert.equal(again.headers["x-cache"], "Hit from cloudfront");
      const put = await view(node.edge, host, "/put", { method: "PUT", body: "x" });
      assert.equal(put.body, "/custom/put");
      const long = await get("/long", { "accept-encoding": "gzip" });
      assert.equal(long.headers["content-encoding"], undefined, "the origin gave no length");
    });

    await t.test("functions and the response headers policy", async () => {
      const { body, headers } = await get("/functions/a", { origin: "https://a.example.org" });
      assert.equal(body, "/custom/rewritten");
      assert.deepEqual(
        [
          ...[headers["x-ran"], headers["x-custom"], headers["x-powered-by"]],
          ...[headers["content-security-policy"], headers["referrer-policy"]],
          ...[headers["access-control-allow-origin"], headers["access-control-expose-headers"]],
        ],
        [
          ...["yes", "policy", undefined, "default-src 'self'", "no-referrer"],
          ...["https://a.example.org", "x-b"],
        ],
      );
      assert.match(String(headers["server-timing"]), /cdn-pop/);
    });

    await t.test("viewer protocol policies", async () => {
      const { status, headers } = await get("/secure/a?b=1");
      assert.deepEqual([status, headers["location"]], [301, `https://${host}/secure/a?b=1`]);
      assert.equal((await get("/only/a")).status, 403);
    });

    await t.test("trusted key groups, with the page for 403", async () => {
      const url = `http://${host}/private/a`;
      const signed = getSignedUrl({
        url,
        keyPairId: signer,
        privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
        dateLessThan: Date.now() + 600_000,
      });
      assert.equal((await get(signed.slice(`http://${host}`.length))).body, "/custom/private/a");
      const refused = await get("/private/a");
      assert.deepEqual([refused.status, refused.body], [403, "/custom/errors/403"]);
    });

    await t.test(
      "the origin group, its timeouts and the access control of its second",
      async () => {
        for (const first of ["status-403", "status-404", "status-500", "status-503", "slow"]) {
          const from = asked.length;
          const { status, body } = await get(`/either/${first}`);
          assert.equal(asked[from]?.url, `/custom/either/${first}`);
          assert.deepEqual([status, body], [200, `/files/either/${first}`]);
          const { authorization, host: askedHost } = lastAsked().headers;
          assert.match(authorization ?? "", /^AWS4-HMAC-SHA256 .*\/eu-west-1\/s3\//);
          assert.equal(askedHost, "files.s3.eu-west-1.amazonaws.com");
        }
        const slow = asked.filter(({ url }) => url === "/custom/either/slow");
        assert.equal(slow.length, 2, "as many as connection_attempts");
      },
    );

    await t.test("the access identity and the VPC origin", async () => {
      assert.equal((await get("/older/a")).body, "/older/older/a");
      assert.match(lastAsked().headers.authorization ?? "", /^AWS4-HMAC-SHA256 /);
      assert.equal((await get("/inside/a")).body, "/inside/inside/a");
    });

    await t.test("custom error responses and geographic restrictions", async () => {
      const missing = await get("/status-404");
      assert.deepEqual([missing.status, missing.body], [200, "/custom/errors/404"]);
      assert.equal((await get("/status-503")).status, 503);
      const before = asked.length;
      assert.equal((await get("/status-503")).status, 503);
      assert.equal(asked.length, before, "the error is kept");
      const blocked = await get("/", { "x-footlight-mock-country": "FR" });
      assert.deepEqual([blocked.status, blocked.body], [403, "/custom/errors/403"]);
      assert.equal((await get("/", { "x-footlight-mock-country": "DE" })).status, 200);
    });

    await terraform.run(
      "apply",
      "-auto-approve",
      "-input=false",
      "-var=enabled=false",
      ...variables,
    );
    assert.equal((await get("/")).status, 403);
  },
);
