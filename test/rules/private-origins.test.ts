/** A node that refuses origins at private addresses, whoever names them and in whatever way. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readOriginSources } from "../../src/edge/deployment/origin-sources.ts";
import { originConfig, startScene } from "../edge/viewer-scene.ts";
import { notedLogger } from "../support/noted-logger.ts";

const guarded = { refusesPrivateOrigins: true };
/** Names of this machine, and ways to write its address. */
const names = ["127.0.0.1", "localhost", "shop.localhost", "127.1", "0x7f000001", "2130706433"];

for (const DomainName of names) {
  test(`an origin at ${DomainName} is refused before it is connected to`, async (t) => {
    const logger = notedLogger();
    const scene = await startScene(t, { originConfig: { DomainName }, logger, ...guarded });
    const { status, body, headers } = await scene.ask("GET / HTTP/1.1");
    assert.equal(status, 502);
    assert.ok(body.includes("CloudFront attempted to establish a connection with the origin"));
    assert.equal(headers["x-cache"], "Error from cloudfront");
    assert.equal(scene.asked.length, 0);
    const [visit] = scene.visits;
    assert.equal(visit?.detail, "originRefused");
    assert.equal(visit.origins.length, 1);
    assert.match(logger.lines.join("\n"), /^warn: origin refused .*"origin":"/);
  });
}

test("an origin at a private address is asked where nothing refuses it", async (t) => {
  const scene = await startScene(t, { originConfig: { DomainName: "localhost" } });
  assert.equal((await scene.ask("GET / HTTP/1.1")).status, 200);
});

const kinds = {
  "an S3 bucket": { CustomOriginConfig: undefined, S3OriginConfig: { OriginAccessIdentity: "" } },
  "a VPC origin": { CustomOriginConfig: undefined, VpcOriginConfig: { VpcOriginId: "vo_1" } },
};

for (const [kind, config] of Object.entries(kinds)) {
  test(`${kind} at a private address is refused`, async (t) => {
    const scene = await startScene(t, {
      originConfig: { DomainName: "localhost", ...config },
      ...guarded,
    });
    assert.equal((await scene.ask("GET / HTTP/1.1")).status, 502);
    assert.equal(scene.visits[0]?.detail, "originRefused");
  });
}

test("an origin that a function chose is refused at a private address", async (t) => {
  const scene = await startScene(t, {
    viewerRequest: ({ request }) => ({
      type: "request",
      request,
      origin: { helper: "updateRequestOrigin", arguments: [{ domainName: "shop.localhost" }] },
    }),
    originConfig: { DomainName: "origin.invalid" },
    ...guarded,
  });
  assert.equal((await scene.ask("GET / HTTP/1.1")).status, 502);
  assert.equal(scene.visits[0]?.detail, "originRefused");
  assert.equal(scene.asked.length, 0);
});

test("what the operator says stands for an origin may be at a private address", async (t) => {
  const other = await startScene(t);
  const scene = await startScene(t, {
    originConfig: { DomainName: "shop.test" },
    originSources: readOriginSources(`shop.test=http://127.0.0.1:${other.originPort}`),
    ...guarded,
  });
  assert.equal((await scene.ask("GET / HTTP/1.1")).body, "from origin");
});

test("a refused primary is one that can't be connected to: 503 in a group", async (t) => {
  const other = await startScene(t);
  const items = ["primary.localhost", "shop.test"].map((DomainName) =>
    originConfig(other.originPort, { Id: DomainName, DomainName }),
  );
  const scene = await startScene(t, {
    originSources: readOriginSources(`shop.test=http://127.0.0.1:${other.originPort}`),
    behavior: { TargetOriginId: "group" },
    config: {
      Origins: { Quantity: 2, Items: items },
      OriginGroups: {
        Quantity: 1,
        Items: [
          {
            Id: "group",
            FailoverCriteria: { StatusCodes: { Quantity: 1, Items: [503] } },
            Members: { Quantity: 2, Items: items.map(({ Id }) => ({ OriginId: Id })) },
          },
        ],
      },
    },
    ...guarded,
  });
  assert.equal((await scene.ask("GET / HTTP/1.1")).body, "from origin");
});
