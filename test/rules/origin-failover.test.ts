/** Origin groups: when the second of two origins is asked, and when not. */
import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:net";
import { test, type TestContext } from "node:test";
import { freePort } from "../support/free-port.ts";
import { MemoryStore } from "../../src/cache/memory-store.ts";
import type { OriginChange } from "../../src/runtime/function-runtime.ts";
import {
  behavior,
  domainName,
  listenOn,
  originConfig,
  startScene,
  type Behavior,
  type OriginConfig,
  type Scene,
  type SceneOptions,
} from "../edge/viewer-scene.ts";
import { startTestOrigin } from "../support/test-origin.ts";

const statuses = [400, 403, 404, 416, 429, 500, 502, 503, 504];
const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";

interface GroupScene {
  readonly scene: Scene;
  /** Which origin was asked, and how, in order. */
  readonly log: string[];
}

interface GroupOptions extends Omit<SceneOptions, "behavior"> {
  readonly codes: readonly number[];
  readonly behavior?: Partial<Behavior>;
  readonly primary?: Partial<OriginConfig>;
  readonly secondary?: Partial<OriginConfig>;
}

/** Answers with the status that the path names for an origin of this name, like /primary=404/secondary=500. */
function answerAs(name: string, log: string[]) {
  return ({ url = "", method = "", headers }: IncomingMessage, response: ServerResponse): void => {
    log.push(`${name} ${method}`);
    response.statusCode = Number(new RegExp(`/${name}=(\\d+)`).exec(url)?.[1] ?? 200);
    response.end(`${name} ${String(headers["x-sent"] ?? "")}`.trim());
  };
}

/** A behavior whose target is a group of two origins, and a third that is in none. */
async function startGroup(t: TestContext, options: GroupOptions): Promise<GroupScene> {
  const log: string[] = [];
  const origins = await Promise.all(
    ["primary", "secondary", "third"].map((name) => startTestOrigin(answerAs(name, log))),
  );
  for (const { close } of origins) t.after(close);
  const [primary, secondary, third] = origins.map(({ port }) => port);
  const { codes, behavior: own, primary: changed, secondary: alsoChanged, ...rest } = options;
  const scene = await startScene(t, {
    ...rest,
    behavior: { TargetOriginId: "group", ...own },
    config: {
      Origins: {
        Quantity: 3,
        Items: [
          originConfig(primary!, { Id: "primary", ...changed }),
          originConfig(secondary!, { Id: "secondary", ...alsoChanged }),
          originConfig(third!, { Id: "third" }),
        ],
      },
      OriginGroups: {
        Quantity: 1,
        Items: [
          {
            Id: "group",
            FailoverCriteria: { StatusCodes: { Quantity: codes.length, Items: [...codes] } },
            Members: { Quantity: 2, Items: [{ OriginId: "primary" }, { OriginId: "secondary" }] },
          },
        ],
      },
      ...rest.config,
    },
  });
  return { scene, log };
}

test("each status that a group names sends a request to the second origin", async (t) => {
  const { scene, log } = await startGroup(t, { codes: statuses });
  for (const status of statuses) {
    const { body } = await scene.ask(`GET /primary=${status} HTTP/1.1`, "X-Sent: the same");
    assert.equal(body, "secondary the same", String(status));
  }
  assert.equal(log.length, 2 * statuses.length);
});

test("a status that a group does not name is the answer", async (t) => {
  for (const code of statuses) {
    const { scene, log } = await startGroup(t, { codes: [code] });
    for (const status of [200, 301, 401, 410, 501, ...statuses.filter((each) => each !== code)]) {
      const reply = await scene.ask(`GET /primary=${status} HTTP/1.1`);
      assert.equal(reply.status, status);
    }
    assert.ok(!log.includes("secondary GET"));
  }
});

test("every request begins with the first origin, whatever came of the one before", async (t) => {
  const { scene, log } = await startGroup(t, { codes: [500] });
  await scene.ask("GET /primary=500 HTTP/1.1");
  await scene.ask("GET /primary=200 HTTP/1.1");
  await scene.ask("GET /primary=500 HTTP/1.1");
  const expected = ["primary", "secondary", "primary", "primary", "secondary"];
  assert.deepEqual(
    log,
    expected.map((name) => `${name} GET`),
  );
});

test("the second origin's error is the answer, and gets the distribution's page", async (t) => {
  const CustomErrorResponses = {
    Quantity: 1,
    Items: [{ ErrorCode: 503, ResponsePagePath: "/page", ResponseCode: "200" }],
  };
  const { scene } = await startGroup(t, { codes: [500], config: { CustomErrorResponses } });
  assert.equal((await scene.ask("GET /primary=500/secondary=404 HTTP/1.1")).status, 404);
  assert.equal((await scene.ask("GET /primary=500/secondary=500 HTTP/1.1")).status, 500);
  const page = await scene.ask("GET /primary=500/secondary=503 HTTP/1.1");
  assert.deepEqual([page.status, page.body], [200, "primary"]);
});

const cachesOptions: Partial<Behavior> = {
  AllowedMethods: {
    ...behavior().AllowedMethods!,
    CachedMethods: { Quantity: 3, Items: ["GET", "HEAD", "OPTIONS"] },
  },
};

for (const [method, own, asksSecond] of [
  ["GET", {}, true],
  ["HEAD", {}, true],
  ["OPTIONS", {}, false],
  ["OPTIONS", cachesOptions, true],
  ["POST", {}, false],
  ["PUT", {}, false],
  ["PATCH", {}, false],
  ["DELETE", {}, false],
] as const) {
  const options = method === "OPTIONS" ? (asksSecond ? ", cached," : ", not cached,") : "";
  test(`${method}${options} is ${asksSecond ? "" : "not "}sent to the second origin`, async (t) => {
    const { scene, log } = await startGroup(t, { codes: [500], behavior: own });
    const { status } = await scene.ask(`${method} /primary=500 HTTP/1.1`);
    assert.equal(status, asksSecond ? 200 : 500);
    assert.equal(log.includes(`secondary ${method}`), asksSecond);
  });
}

test("an OPTIONS whose body the first origin has taken is not sent to the second without it", async (t) => {
  const { scene, log } = await startGroup(t, { codes: [500], behavior: cachesOptions });
  const body = "x".repeat(300_000);
  const reply = await scene.raw(
    `OPTIONS /primary=500 HTTP/1.1\r\nHost: ${domainName}\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  assert.equal(reply.status, 500);
  assert.deepEqual(log, ["primary OPTIONS"]);
});

function at(HTTPPort: number, more: object = {}): Partial<OriginConfig> {
  const { CustomOriginConfig } = originConfig(HTTPPort);
  return { ConnectionAttempts: 1, CustomOriginConfig: { ...CustomOriginConfig!, ...more } };
}

async function silentPort(t: TestContext): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    t.after(() => socket.destroy());
  });
  return listenOn(t, server);
}

for (const [what, primary, counted, status] of [
  ["no connection", async () => at(await freePort()), 503, 502],
  ["no such name", async () => ({ DomainName: "origin.invalid", ConnectionAttempts: 1 }), 503, 502],
  [
    "no answer in time",
    async (t: TestContext) => at(await silentPort(t), { OriginReadTimeout: 1 }),
    504,
    504,
  ],
] as const) {
  test(`${what} counts as ${counted} and as nothing else`, async (t) => {
    const origin = await primary(t);
    const others = statuses.filter((code) => code !== counted);
    const [named, unnamed] = await Promise.all([
      startGroup(t, { codes: [counted], primary: origin }),
      startGroup(t, { codes: others, primary: origin }),
    ]);
    const ask = ({ scene }: GroupScene) => scene.ask("GET / HTTP/1.1");
    const [reply, failed] = await Promise.all([ask(named), ask(unnamed)]);
    assert.equal(reply.body, "secondary");
    assert.equal(failed.status, status);
    assert.deepEqual(unnamed.log, []);
  });
}

test("the second origin has attempts of its own", async (t) => {
  const dead = { ...at(await freePort()), ConnectionAttempts: 3 };
  const { scene } = await startGroup(t, {
    codes: [503],
    primary: { ...dead, ConnectionAttempts: 2 },
    secondary: dead,
  });
  assert.equal((await scene.ask("GET / HTTP/1.1")).status, 502);
  const asked = scene.visits[0]?.origins.map(({ originId }) => originId);
  assert.deepEqual(asked, ["primary", "primary", "secondary", "secondary", "secondary"]);
});

test("what the second origin answers is kept like any answer", async (t) => {
  const { scene, log } = await startGroup(t, {
    codes: [404],
    behavior: { CachePolicyId: cachingOptimized, OriginRequestPolicyId: undefined },
    cacheStore: new MemoryStore(1024 * 1024),
  });
  for (const xCache of ["Miss", "Hit"]) {
    const { body, headers } = await scene.ask("GET /primary=404 HTTP/1.1");
    assert.deepEqual([body, headers["x-cache"]], ["secondary", `${xCache} from cloudfront`]);
  }
  assert.deepEqual(log, ["primary GET", "secondary GET"]);
});

function asking(origin: OriginChange): Pick<SceneOptions, "viewerRequest"> {
  return { viewerRequest: ({ request }) => ({ type: "request", request, origin }) };
}

test("a function that changes the origin changes the first of a group, whose statuses still count", async (t) => {
  const change = { originPath: "/primary=500", customHeaders: { "x-sent": "changed" } };
  const { scene, log } = await startGroup(t, {
    codes: [500],
    ...asking({ helper: "updateRequestOrigin", arguments: [change] }),
  });
  // The second gets neither the path nor the header.
  assert.equal((await scene.ask("GET /secondary=200 HTTP/1.1")).body, "secondary");
  assert.deepEqual(log, ["primary GET", "secondary GET"]);
});

test("an origin that a function selects is in no group", async (t) => {
  const { scene, log } = await startGroup(t, {
    codes: [500],
    ...asking({ helper: "selectRequestOriginById", arguments: ["primary"] }),
  });
  assert.equal((await scene.ask("GET /primary=500 HTTP/1.1")).status, 500);
  assert.deepEqual(log, ["primary GET"]);
});

for (const selectionCriteria of [undefined, "default", "media-quality-score"]) {
  test(`a group that a function makes takes the place of the behavior's: ${selectionCriteria}`, async (t) => {
    const made = {
      originIds: [{ originId: "third" }, { originId: "primary" }],
      failoverCriteria: { statusCodes: [404] },
      ...(selectionCriteria && { selectionCriteria }),
    };
    const { scene, log } = await startGroup(t, {
      codes: [500],
      ...asking({ helper: "createRequestOriginGroup", arguments: [made] }),
    });
    assert.equal((await scene.ask("GET /third=404 HTTP/1.1")).body, "primary");
    assert.equal((await scene.ask("GET /third=500 HTTP/1.1")).status, 500);
    assert.deepEqual(log, ["third GET", "primary GET", "third GET"]);
  });
}
