/** What viewers get while several versions of a function serve: through the whole edge. */
import assert from "node:assert/strict";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { test, type TestContext } from "node:test";
import { MemoryStore } from "../../src/cache/memory-store.ts";
import { chooseVersion } from "../../src/edge/function/choose-version.ts";
import { publishedOnce, type Published } from "../../src/model/function-versions.ts";
import { createRuntime } from "../../src/runtime/isolate-runtime.ts";
import { copyOf, patientWatchdogMs } from "../support/sample-copy.ts";
import { cachingDisabled, domainName, startScene, type Scene } from "./viewer-scene.ts";

const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";

/** Says in the request, and in the response, which version it is. */
const source = (number: number): string => `
  function handler(event) {
    if (event.context.eventType === "viewer-response") {
      event.response.headers["x-response-version"] = { value: "${number}" };
      return event.response;
    }
    event.request.headers["x-version"] = { value: "${number}" };
    return event.request;
  }`;

const copies = [1, 2].map((number) => ({
  ...copyOf(source(number)),
  version: number,
  lastModifiedTime: `2026-01-0${number}T00:00:00.000Z`,
}));

function publishedWith(...parts: readonly number[]): Published {
  const shares = parts.flatMap((share, index) => {
    return share === 0 ? [] : [{ version: index + 1, share, copy: copies[index]! }];
  });
  const { published } = publishedOnce({ name: "", development: copies[0]! }, copies[0]!);
  return {
    ...published!,
    versions: copies.map((copy, index) => ({ number: index + 1, copy })),
    shares: shares.toReversed(),
    settled: shares.length > 1 ? 1 : shares[0]!.version,
  };
}

function share(scene: Scene, ...parts: readonly number[]): Published {
  const published = publishedWith(...parts);
  scene.setState((state) => ({
    ...state,
    functions: state.functions.map((fn) => ({ ...fn, published })),
  }));
  return published;
}

interface Seen {
  readonly body: string;
  readonly responseVersion: string;
  readonly isHit: boolean;
}

/** @param ip of the loopback network */
function askFrom(ip: string, { port }: Scene, path = "/", method = "GET"): Promise<Seen> {
  const options = { host: "127.0.0.1", localAddress: ip, path, method, agent: false };
  return new Promise((resolve, reject) => {
    const asking = request({ ...options, port, headers: { host: domainName } }, (response) => {
      const { headers } = response;
      const responseVersion = String(headers["x-response-version"]);
      const isHit = String(headers["x-cache"]).startsWith("Hit");
      text(response).then((body) => resolve({ body, responseVersion, isHit }), reject);
    });
    asking.on("error", reject).end();
  });
}

const viewers = Array.from({ length: 24 }, (_, index) => `127.0.1.${index + 1}`);

async function sceneOf(t: TestContext, more: Parameters<typeof startScene>[1]): Promise<Scene> {
  const runtime = createRuntime({
    now: () => new Date("2026-01-02T03:04:05.000Z"),
    watchdogMs: patientWatchdogMs,
    remembers: true,
  });
  t.after(() => runtime.close());
  return startScene(t, {
    runtime,
    functions: { request: "viewer-request", response: "viewer-response" },
    origin: (_, response, { headers }) => {
      response.setHeader("cache-control", "max-age=60");
      response.end(`for ${String(headers["x-version"])}`);
    },
    ...more,
  });
}

const linux = { skip: process.platform === "linux" ? false : "only Linux has all of 127.0.0.0/8" };

test(
  "each viewer gets the version that its address chooses, in every request",
  linux,
  async (t) => {
    const scene = await sceneOf(t, { behavior: { CachePolicyId: cachingDisabled } });
    const published = share(scene, 0.5, 0.5);
    const seen = new Set<string>();
    for (const _ of [1, 2]) {
      for (const ip of viewers) {
        const asked = await askFrom(ip, scene);
        assert.equal(asked.body, `for ${chooseVersion("request", published, ip).version}`);
        const responseVersion = String(chooseVersion("response", published, ip).version);
        assert.equal(asked.responseVersion, responseVersion);
        seen.add(asked.body);
      }
    }
    assert.deepEqual([...seen].sort(), ["for 1", "for 2"]);
    assert.equal(
      new Set(scene.visits.flatMap(({ runs }) => runs.map(({ version }) => version))).size,
      2,
    );
  },
);

test(
  "a cache keeps versions apart while there are several, and the earlier one finds what it had",
  linux,
  async (t) => {
    const scene = await sceneOf(t, {
      cacheStore: new MemoryStore(1024 * 1024),
      behavior: { CachePolicyId: cachingOptimized },
    });
    share(scene, 1);
    const before = await askFrom(viewers[0]!, scene);
    assert.deepEqual([before.body, before.isHit], ["for 1", false]);

    const published = share(scene, 0.5, 0.5);
    const who = (version: number): string[] =>
      viewers.filter((ip) => chooseVersion("request", published, ip).version === version);
    const [old, young] = [who(1), who(2)];
    for (const ip of old) {
      const { body, isHit } = await askFrom(ip, scene);
      assert.deepEqual([body, isHit], ["for 1", true]);
    }
    for (const [index, ip] of young.entries()) {
      const { body, isHit } = await askFrom(ip, scene);
      assert.deepEqual([body, isHit], ["for 2", index > 0]);
    }
    assert.equal(scene.asked.length, 2);

    share(scene, 0, 1);
    const after = await askFrom(old[0]!, scene);
    assert.deepEqual([after.body, after.isHit], ["for 1", true], "as after any publish");
  },
);
