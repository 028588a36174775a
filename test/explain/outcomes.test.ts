/** For each way that a request can come out, the explanation says by which setting. On real sockets. */
import "reflect-metadata";
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test, type TestContext } from "node:test";
import { Map, OrderedMap } from "immutable";
import { WebSocketServer } from "ws";
import { CertificateSet } from "../../src/certificates/certificate-set.ts";
import { MemoryStore } from "../../src/cache/memory-store.ts";
import { explainText, type ReadTrace } from "../../src/cli/explain-text.ts";
import { inSnakeCase } from "../../src/control/cache-calls.ts";
import { PendingTraces } from "../../src/edge/trace/pending-traces.ts";
import { traceOf } from "../../src/edge/trace/trace-of.ts";
import type { Resource } from "../../src/model/resource.ts";
import {
  distributionOf,
  domainName,
  listenOn,
  open,
  originConfig,
  startScene,
  type Scene,
  type SceneOptions,
} from "../edge/viewer-scene.ts";
import { group, multiTenant, tenant, withResources } from "../rules/tenant-scene.ts";
import { ecKey, trustedGroups, withKeyGroups } from "../support/signing-keys.ts";
import { trustStore, wantedBy } from "../tls/certificate-scene.ts";
import { makeClientRoot } from "../tls/client-authority.ts";
import { askHttp2, openHttp2 } from "../tls/http2-viewer.ts";
import { askOn, standardCertificate, startSecureScene } from "../tls/secure-scene.ts";

const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const cached: SceneOptions = {
  behavior: { CachePolicyId: cachingOptimized, OriginRequestPolicyId: "" },
};
const get = "GET /a HTTP/1.1";

/** A store is one scene's. */
const withStore = (options: SceneOptions = cached): SceneOptions => ({
  ...options,
  cacheStore: new MemoryStore(1024 * 1024),
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}

class Clock {
  now = Date.now();
  readonly read = (): Date => new Date(this.now);
}

interface Outcome {
  /** Has the requests made; the last visit is the one that is explained. */
  readonly make: (t: TestContext) => Promise<Scene>;
  /** What the line "decided by" holds. */
  readonly decidedBy: RegExp;
  /** What else the story holds. */
  readonly tells?: readonly RegExp[];
}

/** One request, and no more. */
function asking(options: SceneOptions, ...lines: string[]): Outcome["make"] {
  return async (t) => {
    const scene = await startScene(t, options);
    await scene.ask(lines[0] ?? get, ...lines.slice(1));
    return scene;
  };
}

const outcomes: Readonly<Record<string, Outcome>> = {
  miss: {
    make: async (t) => asking(withStore())(t),
    decidedBy: /miss: nothing is kept under its key — CachePolicy Managed-CachingOptimized/,
    tells: [/key: E1 \/a/, /origin origin\n {2}asked at .*answered 200/],
  },
  hit: {
    make: async (t) => {
      const scene = await startScene(t, withStore());
      await scene.ask(get);
      await scene.ask(get);
      return scene;
    },
    decidedBy: /hit: kept, \d+ s old, and fresh for another \d+ s — CachePolicy Managed-Caching/,
  },
  "not cached": {
    make: asking({}),
    decidedBy: /not looked up: the node keeps nothing|TTL of the behavior's cache policy are all 0/,
  },
  expired: {
    make: async (t) => {
      const clock = new Clock();
      const scene = await startScene(t, { ...withStore(), now: clock.read });
      await scene.ask(get);
      clock.now += 2 * 86_400_000;
      await scene.ask(get);
      return scene;
    },
    decidedBy: /miss: what was kept had expired — CachePolicy/,
  },
  "refused host": {
    make: asking({}, get, "Host: nobody.example.com"),
    decidedBy: /domain name nobody\.example\.com — Aliases/,
  },
  "refused method": {
    make: asking(
      {
        behavior: {
          AllowedMethods: {
            ...{ Quantity: 2, Items: ["GET", "HEAD"] },
            CachedMethods: { Quantity: 2, Items: ["GET", "HEAD"] },
          },
        },
      },
      "POST /a HTTP/1.1",
      "Content-Length: 0",
    ),
    decidedBy: /POST is not allowed — AllowedMethods \(GET, HEAD\) of the default cache behavior/,
  },
  "function failed": {
    make: asking({
      viewerRequest: () => ({ type: "execution-error", message: "TypeError: no such thing:12" }),
    }),
    decidedBy:
      /function request failed: TypeError: no such thing:12 — FunctionAssociations \(viewer-request → request\)/,
    tells: [/function request\n {2}viewer-request, LIVE with ETag ETV\w+: execution-error/],
  },
  "function answered": {
    make: asking({
      viewerRequest: () => ({
        type: "response",
        response: { statusCode: 302, statusDescription: "Found", headers: ["location", "/b"] },
      }),
    }),
    decidedBy: /function request answered by itself — FunctionAssociations/,
    tells: [/\+ response: generated, 302\n {2}\+ headers\.location: \/b/],
  },
  "function rewrote": {
    make: asking(
      {
        viewerRequest: ({ request }) => ({
          type: "request",
          request: {
            ...request,
            uri: "/index.html",
            querystring: "x=2",
            headers: [
              ...request.headers.filter((text) => text !== "Cookie" && text !== "a=1"),
              "x-new",
              "n",
            ],
          },
        }),
      },
      "GET /a?x=1 HTTP/1.1",
      "Cookie: a=1",
    ),
    decidedBy: /not looked up/,
    tells: [
      /~ uri: \/a → \/index\.html/,
      /~ querystring: x=1 → x=2/,
      /\+ headers\.x-new: n/,
      /- cookies\.a: \[masked\]/,
    ],
  },
  "origin slow": {
    make: async (t) => {
      const silent = await listenOn(t, createServer());
      const { CustomOriginConfig: custom } = originConfig(silent);
      const CustomOriginConfig = { ...custom!, OriginReadTimeout: 1 };
      const originSettings = { ConnectionAttempts: 1, CustomOriginConfig };
      return asking({ originPort: silent, originConfig: originSettings })(t);
    },
    decidedBy: /OriginReadTimeout \(1 s\) of origin origin/,
  },
  "origin unreachable": {
    make: asking({ originPort: 1, originConfig: { ConnectionAttempts: 1 } }),
    decidedBy: /origin origin failed: OriginConnectError — DomainName \(127\.0\.0\.1\)/,
    tells: [/no connection, failed: OriginConnectError/],
  },
  "origin error": {
    make: asking({ origin: (_, response) => void response.writeHead(404).end() }),
    decidedBy: /origin origin answered 404 — Origins origin/,
  },
  redirect: {
    make: asking({ behavior: { ViewerProtocolPolicy: "redirect-to-https" } }),
    decidedBy: /sent to the same URL by https — ViewerProtocolPolicy \(redirect-to-https\)/,
  },
  staging: {
    make: async (t) => {
      const scene = await startScene(t);
      const staging = "d222222abcdef8.cloudfront.localhost";
      scene.setState((state) => {
        const primary = state.distributions.get("E1")!;
        const policy = {
          ...{ kind: "continuous-deployment-policy", id: "P1", attributes: {}, version: 1 },
          ...{ deployRevision: 1, createdTime: "", lastModifiedTime: "" },
          config: {
            Enabled: true,
            StagingDistributionDnsNames: { Quantity: 1, Items: [staging] },
            TrafficConfig: {
              Type: "SingleHeader",
              SingleHeaderConfig: { Header: "aws-cf-cd-try", Value: "yes" },
            },
          },
        } as Resource<"continuous-deployment-policy">;
        const { config } = primary;
        return {
          ...state,
          distributions: state.distributions
            .set("E1", { ...primary, config: { ...config, ContinuousDeploymentPolicyId: "P1" } })
            .set("E2", distributionOf("E2", staging, { ...config, Staging: true })),
          resources: state.resources.set("continuous-deployment-policy", Map([["P1", policy]])),
        };
      });
      await scene.ask(get, "aws-cf-cd-try: yes");
      return scene;
    },
    decidedBy: /not looked up/,
    tells: [
      /staging: served by the staging distribution E2 of E1 — .*SingleHeaderConfig aws-cf-cd-try/,
    ],
  },
  signed: {
    make: async (t) => {
      const scene = await startScene(t, { behavior: trustedGroups("group") });
      const key = ecKey("KDFB19YGCR002X");
      scene.setState((state) => withKeyGroups(state, [key], { group: [key.id] }));
      await scene.ask(`GET /a?Key-Pair-Id=${key.id}&Expires=1&Signature=abcdefghi HTTP/1.1`);
      return scene;
    },
    decidedBy: /refused: it is expired, .* — TrustedKeyGroups of the default cache behavior/,
    tells: [/Key-Pair-Id=\[masked\]&Expires=1&Signature=\[masked\]/],
  },
  geo: {
    make: asking({
      findPlace: () => ({ country: "FR" }),
      config: {
        Restrictions: {
          GeoRestriction: { RestrictionType: "whitelist", Quantity: 1, Items: ["DE"] },
        },
      },
    }),
    decidedBy: /refused: the viewer is in FR — GeoRestriction \(whitelist DE\)/,
  },
  "cut off": {
    make: async (t) => {
      const scene = await startScene(t, { origin: () => {} });
      const socket = open(scene.port);
      socket.write(`${get}\r\nHost: ${domainName}\r\n\r\n`);
      await until(() => scene.asked.length === 1);
      socket.destroy();
      return scene;
    },
    decidedBy: /cut off: the viewer left before there was an answer/,
    tells: [/no answer ClientCommError|no answer/],
  },
  WebSocket: {
    make: async (t) => {
      const server = createServer();
      const echo = new WebSocketServer({ server });
      const originPort = await listenOn(t, server);
      const scene = await startScene(t, { originPort });
      const socket = open(scene.port);
      socket.write(
        `${get}\r\nHost: ${domainName}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
      );
      await once(socket, "data");
      socket.destroy();
      t.after(() => echo.close());
      return scene;
    },
    decidedBy: /origin origin took up the WebSocket handshake — Origins origin/,
    tells: [/^GET ws:\/\//, /it opens a WebSocket connection \(Upgrade: websocket/],
  },
  "custom error page": {
    make: asking({
      origin: (_, response, { url }) => {
        if (url !== "/sorry.html") response.statusCode = 404;
        response.end("sorry");
      },
      config: {
        CustomErrorResponses: {
          Quantity: 1,
          Items: [{ ErrorCode: 404, ResponsePagePath: "/sorry.html", ResponseCode: "200" }],
        },
      },
    }),
    decidedBy: /CustomErrorResponses \(ErrorCode 404, ResponsePagePath \/sorry\.html\)/,
  },
  failover: {
    make: async (t) => {
      const second = createServer((_, response) => void response.end("second"));
      const port = await listenOn(t, second);
      const first = createServer((_, response) => void response.writeHead(503).end());
      const firstPort = await listenOn(t, first);
      const scene = await startScene(t, {
        originPort: firstPort,
        behavior: { TargetOriginId: "both" },
        config: {
          Origins: {
            Quantity: 2,
            Items: [originConfig(firstPort, { Id: "one" }), originConfig(port, { Id: "two" })],
          },
          OriginGroups: {
            Quantity: 1,
            Items: [
              {
                Id: "both",
                FailoverCriteria: { StatusCodes: { Quantity: 1, Items: [503] } },
                Members: { Quantity: 2, Items: [{ OriginId: "one" }, { OriginId: "two" }] },
              },
            ],
          },
        },
      });
      await scene.ask(get);
      return scene;
    },
    decidedBy:
      /origin one failed \(503\), so two was asked, and answered 200 — OriginGroups both: FailoverCriteria/,
  },
  stale: {
    make: async (t) => {
      const clock = new Clock();
      let fails = false;
      const scene = await startScene(t, {
        ...withStore(),
        now: clock.read,
        origin: (_, response) => {
          const headers = { "cache-control": "max-age=10, stale-if-error=600" };
          response.writeHead(fails ? 500 : 200, headers).end("kept");
        },
      });
      await scene.ask(get);
      fails = true;
      clock.now += 60_000;
      await scene.ask(get);
      return scene;
    },
    decidedBy: /answered with what had expired, because the origin failed — stale-if-error/,
  },
  collapsed: {
    make: async (t) => {
      let release = (): void => {};
      let arrived = 0;
      const scene = await startScene(t, {
        ...withStore(),
        viewerRequest: ({ request }) => {
          arrived += 1;
          return { type: "request", request };
        },
        origin: (_, response) => {
          release = () => void response.end("shared");
        },
      });
      const first = scene.ask(get);
      await until(() => scene.asked.length === 1);
      const second = scene.ask(get);
      await until(() => arrived === 2);
      release();
      await Promise.all([first, second]);
      await until(() => scene.visits.length === 2);
      // Whichever was over last.
      scene.visits.sort((one, other) => other.origins.length - one.origins.length);
      return scene;
    },
    decidedBy: /collapsed: it shared the fetch that request \S{20,} had begun — the same cache key/,
  },
  invalidated: {
    make: async (t) => {
      const scene = await startScene(t, withStore());
      await scene.ask(get);
      scene.setState((state) => {
        const revision = state.revision + 1;
        const made = { id: "I1", callerReference: "I1", paths: ["/*"], createTime: "", revision };
        const invalidations = state.invalidations.set("E1", OrderedMap([["I1", made]]));
        return { ...state, revision, invalidations };
      });
      await scene.ask(get);
      return scene;
    },
    decidedBy: /miss: what was kept had been invalidated — invalidation I1 of \/\*/,
  },
  CORS: {
    make: asking(
      { behavior: { ResponseHeadersPolicyId: "60669652-455b-4ae9-85a4-c4c02393f86c" } },
      get,
      "Origin: https://www.example.com",
    ),
    decidedBy: /not looked up/,
    tells: [
      /response headers policy\n {2}.*SimpleCORS/,
      /CorsConfig: AccessControlAllowOrigins has the viewer's Origin/,
      /\+ headers\.access-control-allow-origin: \*/,
    ],
  },
  tenant: {
    make: async (t) => {
      const scene = await startScene(t, { config: multiTenant() });
      scene.setState((state) =>
        withResources(state, group(), tenant("dt_1", ["shop.example.com"])),
      );
      await scene.ask(get, "Host: shop.example.com");
      return scene;
    },
    decidedBy: /not looked up/,
    tells: [/tenant: shop\.example\.com is a domain of distribution tenant dt_1 — Domains/],
  },
  "HTTP/2": {
    make: async (t) => {
      const scene = await startSecureScene(t, { config: { HttpVersion: "http2" } });
      const session = openHttp2(t, scene.securePort);
      await askHttp2(session, { ":path": "/a" });
      return scene;
    },
    decidedBy: /not looked up/,
    tells: [/by HTTP\/2\.0 over TLSv1\.3/, /the viewer came by HTTP\/2 — HttpVersion \(http2\)/],
  },
  "421": {
    make: async (t) => {
      const scene = await startSecureScene(
        t,
        { config: { Aliases: { Quantity: 1, Items: ["www.example.com"] } } },
        () => new CertificateSet(standardCertificate),
      );
      const socket = await scene.connect({ servername: domainName });
      await askOn(socket, "/", "www.example.com");
      return scene;
    },
    decidedBy: /the connection was made for d1.*not for www\.example\.com — ViewerCertificate/,
  },
  "without a certificate": {
    make: async (t) => {
      const resources = trustStore(await makeClientRoot());
      return asking({ config: wantedBy("required"), resources })(t);
    },
    decidedBy: /refused: the viewer showed no certificate .* — ViewerMtlsConfig/,
  },
  "path pattern": {
    make: async (t) => {
      const scene = await startScene(t);
      scene.setState((state) => {
        const one = state.distributions.get("E1")!;
        const images = { ...one.config.DefaultCacheBehavior!, PathPattern: "/images/*" };
        const config = { ...one.config, CacheBehaviors: { Quantity: 1, Items: [images] } };
        return { ...state, distributions: state.distributions.set("E1", { ...one, config }) };
      });
      await scene.ask("GET /images/a.png HTTP/1.1");
      return scene;
    },
    decidedBy: /not looked up/,
    tells: [/behavior: .*\/images\/\* — PathPattern of cache behavior \/images\/\*/],
  },
};

for (const [name, { make, decidedBy, tells = [] }] of Object.entries(outcomes)) {
  test(`an explanation names what decided: ${name}`, async (t) => {
    const scene = await make(t);
    await until(() => scene.visits.length > 0);
    const trace = inSnakeCase(traceOf(scene.visits.at(-1)!)) as ReadTrace;
    const text = explainText(trace);
    const [, , decided = ""] = /^(.*)\n(decided by: .*)$/m.exec(text) ?? [];
    assert.match(decided, decidedBy, text);
    for (const told of tells) assert.match(text, told);
  });
}

test("a request that a door has refused is explained too", async (t) => {
  const scene = await startScene(t);
  await scene.raw("GET /a?token=abcdefgh HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
  await until(() => scene.refused.length > 0);
  const pending = new PendingTraces(() => {});
  pending.refusedListener(scene.refused[0]!);
  const [kept] = pending.take(1).traces;
  const text = explainText(inSnakeCase(JSON.parse(kept!.text) as object) as ReadTrace);
  assert.match(text, /decided by: refused: it is no HTTP request .* — RFC 9110/);
  assert.equal(kept?.status, 400);
});
