/** Origin access: which requests to an origin are signed, how, and for whom. */
import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import { test, type TestContext } from "node:test";
import { Map } from "immutable";
import type { Resource } from "../../src/model/resource.ts";
import type { State } from "../../src/state/state.ts";
import {
  behavior,
  cachingDisabled,
  listenOn,
  originConfig,
  startScene,
  type OriginConfig,
  type Scene,
  type SceneOptions,
} from "../edge/viewer-scene.ts";
import { readOriginSources } from "../../src/edge/deployment/origin-sources.ts";
import { notedLogger } from "../support/noted-logger.ts";
import { verifyOriginSignature, type Secrets } from "../support/verify-origin-signature.ts";

const secrets: Secrets = { accessKeyId: "AKIATEST", secretAccessKey: "s3cr3t/+" };

/** Forwards all that the viewer sends but Host, as origins with an access control need it. */
const allViewerExceptHost = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

type Control = Resource<"origin-access-control">["config"];

const control: Control = {
  Name: "ours",
  SigningProtocol: "sigv4",
  SigningBehavior: "always",
  OriginAccessControlOriginType: "s3",
};

const described = {
  attributes: {},
  version: 1,
  deployRevision: 1,
  createdTime: "2026-01-01T00:00:00.000Z",
  lastModifiedTime: "2026-01-01T00:00:00.000Z",
};

function controls(changes: Partial<Control>): State["resources"] {
  const resource: Resource = {
    ...described,
    kind: "origin-access-control",
    id: "E2OAC",
    config: { ...control, ...changes },
  };
  return Map([["origin-access-control", Map([["E2OAC", resource]])]]);
}

interface SignedScene extends SceneOptions {
  readonly control?: Partial<Control>;
}

function signedScene(t: TestContext, options: SignedScene = {}): Promise<Scene> {
  return startScene(t, {
    resources: controls(options.control ?? {}),
    originCredentials: () => secrets,
    ...options,
    originConfig: {
      DomainName: "bucket.localhost",
      OriginAccessControlId: "E2OAC",
      ...options.originConfig,
    },
    behavior: {
      CachePolicyId: cachingDisabled,
      OriginRequestPolicyId: allViewerExceptHost,
      ...options.behavior,
    },
  });
}

/** The last request that the origin got, once its signature has been verified. */
async function verified({ asked }: Scene, credentials = secrets, header?: string) {
  const last = asked.at(-1);
  assert.ok(last, "the origin was asked");
  return { ...(await verifyOriginSignature(last, credentials, header)), ...last };
}

test("requests to a bucket are signed for the origin's Host, with nothing of the viewer's left open", async (t) => {
  const scene = await signedScene(t);
  const { status } = await scene.ask("GET /photos/cat.jpg HTTP/1.1", "Range: bytes=0-1");
  assert.equal(status, 200);
  const { algorithm, service, region, signedHeaders, headers } = await verified(scene);
  assert.deepEqual([algorithm, service, region], ["AWS4-HMAC-SHA256", "s3", "us-east-1"]);
  assert.deepEqual(signedHeaders, ["host", "x-amz-cf-id", "x-amz-content-sha256", "x-amz-date"]);
  assert.equal(headers.host, "bucket.localhost");
  assert.equal(headers["x-amz-date"], "20260102T030405Z");
  assert.equal(headers.range, "bytes=0-1");
});

test("every method is signed, and bodies go unhashed to a bucket", async (t) => {
  const scene = await signedScene(t);
  for (const method of ["GET", "HEAD", "OPTIONS", "DELETE", "PUT", "POST", "PATCH"]) {
    const hasBody = method.startsWith("P");
    const lines = hasBody ? ["Content-Length: 5", "Content-Type: text/plain", "", "hello"] : [];
    const request = [`${method} /a HTTP/1.1`, `Host: d111111abcdef8.cloudfront.localhost`];
    await scene.raw(
      [...request, "Connection: close", ...lines].join("\r\n") + (hasBody ? "" : "\r\n\r\n"),
    );
    const { headers, body, signedHeaders } = await verified(scene);
    assert.equal(headers["x-amz-content-sha256"] === "UNSIGNED-PAYLOAD", hasBody, method);
    assert.equal(body, hasBody ? "hello" : "");
    assert.equal(signedHeaders.includes("content-type"), hasBody);
  }
});

test("odd paths and queries are signed as all servers read them", async (t) => {
  const scene = await signedScene(t, { originConfig: { OriginPath: "/my-bucket" } });
  const targets = {
    "/a%20b": "/my-bucket/a%20b",
    "/a+b": "/my-bucket/a%2Bb",
    "/a%2Bb": "/my-bucket/a%2Bb",
    "/%7Euser/~x": "/my-bucket/~user/~x",
    "/caf%c3%a9": "/my-bucket/caf%C3%A9",
    "/a%2Fb": "/my-bucket/a/b",
    "/a//b/": "/my-bucket/a//b/",
    "/a/./b/../c": "/my-bucket/a/./b/../c",
    "/!'()*;:@,$=&": "/my-bucket/%21%27%28%29%2A%3B%3A%40%2C%24%3D%26",
    "/%ff%25": "/my-bucket/%FF%25",
    "/a?": "/my-bucket/a",
    "/a?b": "/my-bucket/a?b",
    "/a?b=": "/my-bucket/a?b=",
    "/a?z=1&a=2&a=1&A=3": "/my-bucket/a?z=1&a=2&a=1&A=3",
    "/a?x=1&&y=2&": "/my-bucket/a?x=1&y=2",
    "/a?x=a+b&y=a%2Bb&z=a%20b": "/my-bucket/a?x=a%20b&y=a%2Bb&z=a%20b",
    "/a?k=a=b;c/d?e": "/my-bucket/a?k=a%3Db%3Bc%2Fd%3Fe",
    "/a?caf%c3%a9=%7e": "/my-bucket/a?caf%C3%A9=~",
    "/a?response-content-type=text%2Fplain&versionId=3":
      "/my-bucket/a?response-content-type=text%2Fplain&versionId=3",
    "/a?%=%2": "/my-bucket/a?%25=%252",
    "/a?=v": "/my-bucket/a?=v",
  };
  for (const [target, sent] of Object.entries(targets)) {
    const { status } = await scene.ask(`GET ${target} HTTP/1.1`);
    assert.equal(status, 200, target);
    const { url } = await verified(scene);
    assert.equal(url, sent);
  }
});

test("a viewer's own signature headers and Authorization never reach an origin that is always signed for", async (t) => {
  const scene = await signedScene(t, {
    originCredentials: () => ({ ...secrets, sessionToken: "token==" }),
  });
  await scene.ask(
    "GET / HTTP/1.1",
    "Authorization: Bearer viewer",
    "X-Amz-Date: 20200101T000000Z",
    "X-Amz-Security-Token: viewer",
    "X-Amz-Content-Sha256: viewer",
    "X-Amz-Meta-Color: blue   and  red",
  );
  const { rawHeaders, signedHeaders } = await verified(scene, {
    ...secrets,
    sessionToken: "token==",
  });
  assert.ok(!rawHeaders.some((text) => text.includes("viewer")));
  assert.ok(signedHeaders.includes("x-amz-meta-color"));
});

test("no-override signs unless the viewer's Authorization reaches the origin", async (t) => {
  const scene = await signedScene(t, { control: { SigningBehavior: "no-override" } });
  await scene.ask("GET / HTTP/1.1");
  await verified(scene);
  await scene.ask("GET / HTTP/1.1", "Authorization: Bearer viewer");
  assert.equal(scene.asked.at(-1)?.headers.authorization, "Bearer viewer");
  assert.equal(scene.asked.at(-1)?.headers["x-amz-date"], undefined);

  const without = await signedScene(t, {
    control: { SigningBehavior: "no-override" },
    behavior: { OriginRequestPolicyId: undefined },
  });
  await without.ask("GET / HTTP/1.1", "Authorization: Bearer viewer");
  await verified(without);
});

test("never signs nothing", async (t) => {
  const scene = await signedScene(t, { control: { SigningBehavior: "never" } });
  await scene.ask("GET / HTTP/1.1", "Authorization: Bearer viewer");
  assert.equal(scene.asked[0]?.headers.authorization, "Bearer viewer");
  assert.equal(scene.asked[0]?.headers["x-amz-date"], undefined);
});

test("always-amz-auth signs beside the viewer's Authorization", async (t) => {
  const scene = await signedScene(t, {
    control: { SigningBehavior: "always-amz-auth", OriginAccessControlOriginType: "lambda" },
  });
  await scene.ask("GET / HTTP/1.1", "Authorization: Bearer viewer");
  const { headers, service } = await verified(scene, secrets, "x-amz-authorization");
  assert.equal(headers.authorization, "Bearer viewer");
  assert.equal(service, "lambda");
  await scene.ask("GET / HTTP/1.1", "X-Amz-Authorization: viewer");
  assert.equal(
    (await verified(scene, secrets, "x-amz-authorization")).headers.authorization,
    undefined,
  );
});

test("a function URL gets the body's hash from the viewer, or refuses the body", async (t) => {
  const scene = await signedScene(t, {
    control: { OriginAccessControlOriginType: "lambda" },
    // A policy that forwards nothing of the viewer's has no say in it.
    behavior: { OriginRequestPolicyId: undefined },
  });
  const post = (...lines: string[]) =>
    scene.raw(
      [
        "POST /a/%7Eb//c%20d HTTP/1.1",
        "Host: d111111abcdef8.cloudfront.localhost",
        "Connection: close",
        "Content-Length: 5",
        ...lines,
        "",
        "hello",
      ].join("\r\n"),
    );
  await post(
    "x-amz-content-sha256: 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
  );
  const { url, service } = await verified(scene);
  assert.equal(service, "lambda");
  assert.equal(url, "/a/%7Eb//c%20d");
  for (const line of ["X-Other: 1", "x-amz-content-sha256: hello"]) {
    await post(line);
    await assert.rejects(verified(scene), /does not match/);
  }
});

test("an origin access identity signs as an access control does, with bodies by the viewer's hash", async (t) => {
  const scene = await signedScene(t, {
    originConfig: {
      OriginAccessControlId: "",
      S3OriginConfig: { OriginAccessIdentity: "origin-access-identity/cloudfront/E2OAI" },
    },
  });
  for (const method of ["GET", "HEAD", "DELETE"]) {
    await scene.ask(`${method} /a HTTP/1.1`, "Authorization: viewer");
    assert.equal((await verified(scene)).service, "s3");
  }
  await scene.raw(
    "PUT /a HTTP/1.1\r\nHost: d111111abcdef8.cloudfront.localhost\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
  );
  await assert.rejects(verified(scene), /does not match/);
});

test("sigv4a signs for all regions", async (t) => {
  const credentials = { ...secrets, sessionToken: "token" };
  const scene = await signedScene(t, {
    control: { SigningProtocol: "sigv4a" },
    originCredentials: () => credentials,
  });
  for (const target of ["/a%20b?x=%7E&x=1", "/a+b", "/"]) {
    await scene.ask(`GET ${target} HTTP/1.1`, "Authorization: viewer");
    const { algorithm, headers, signedHeaders } = await verified(scene, credentials);
    assert.equal(algorithm, "AWS4-ECDSA-P256-SHA256");
    assert.equal(headers["x-amz-region-set"], "*");
    assert.ok(signedHeaders.includes("x-amz-region-set"));
  }
});

test("a viewer's Host that is forwarded makes the signature wrong, as on CloudFront", async (t) => {
  const scene = await signedScene(t, {
    behavior: { OriginRequestPolicyId: "216adef6-5c7f-47e4-b989-5492eafa07d3" },
  });
  await scene.ask("GET / HTTP/1.1");
  await assert.rejects(verified(scene), /SignatureDoesNotMatch/);
});

test("without credentials requests go out unsigned, and the log says so once", async (t) => {
  const logger = notedLogger();
  const scene = await signedScene(t, { originCredentials: () => undefined, logger });
  for (const _ of [1, 2]) {
    const { status } = await scene.ask("GET / HTTP/1.1", "Authorization: Bearer viewer");
    assert.equal(status, 200);
  }
  assert.equal(scene.asked[1]?.headers.authorization, undefined);
  assert.deepEqual(logger.lines.length, 1);
  assert.match(logger.lines[0] ?? "", /--origin-credentials.*bucket\.localhost/);
});

test("credentials are looked for by the domain name, then by the access control's id and name", async (t) => {
  const looked: (readonly string[])[] = [];
  const scene = await signedScene(t, {
    originCredentials: (names) => {
      looked.push(names);
      return { ...secrets, region: "garage" };
    },
  });
  await scene.ask("GET / HTTP/1.1");
  assert.deepEqual(looked, [["bucket.localhost", "E2OAC", "ours"]]);
  assert.equal((await verified(scene)).region, "garage");
});

test("an origin access control that changes is gone by at once", async (t) => {
  const scene = await signedScene(t, { control: { SigningBehavior: "never" } });
  await scene.ask("GET / HTTP/1.1");
  assert.equal(scene.asked[0]?.headers.authorization, undefined);
  scene.setState((state) => ({ ...state, resources: controls({}) }));
  await scene.ask("GET / HTTP/1.1");
  await verified(scene);
});

test("each attempt is signed anew, by its time, and a failover for the second origin", async (t) => {
  let seconds = 0;
  const group: SceneOptions["config"] = {
    OriginGroups: {
      Quantity: 1,
      Items: [
        {
          Id: "group",
          FailoverCriteria: { StatusCodes: { Quantity: 1, Items: [500] } },
          Members: { Quantity: 2, Items: [{ OriginId: "origin" }, { OriginId: "second" }] },
        },
      ],
    },
  };
  const signed = (port: number, changes: Partial<OriginConfig>) =>
    originConfig(port, { OriginAccessControlId: "E2OAC", ...changes });
  const scene = await signedScene(t, {
    now: () => new Date(Date.UTC(2026, 0, 2, 3, 4, 5 + seconds++)),
    origin(message, response, asked) {
      // A first attempt that ends without an answer is repeated.
      if (scene.asked.length === 1) message.socket.destroy();
      else response.writeHead(asked.headers.host === "one.localhost" ? 500 : 200).end();
    },
  });
  const { originPort } = scene;
  scene.setState((state) => {
    const distribution = state.distributions.get("E1");
    assert.ok(distribution);
    const config = {
      ...distribution.config,
      ...group,
      Origins: {
        Quantity: 2,
        Items: [
          signed(originPort, { DomainName: "one.localhost" }),
          signed(originPort, { Id: "second", DomainName: "two.localhost" }),
        ],
      },
      DefaultCacheBehavior: behavior({
        TargetOriginId: "group",
        OriginRequestPolicyId: allViewerExceptHost,
      }),
    };
    return { ...state, distributions: state.distributions.set("E1", { ...distribution, config }) };
  });
  const { status } = await scene.ask("GET / HTTP/1.1");
  assert.equal(status, 200);
  for (const asked of scene.asked) await verifyOriginSignature(asked, secrets);
  const hosts = scene.asked.map(({ headers }) => headers.host);
  assert.deepEqual(hosts, ["one.localhost", "one.localhost", "two.localhost"]);
  assert.equal(new Set(scene.asked.map(({ headers }) => headers["x-amz-date"])).size, 3);
});

for (const [way, status] of [
  ["a group's second origin", 500],
  ["the origin of a custom error page", 404],
] as const) {
  test(`${way} gets nothing of a signature that was for another`, async (t) => {
    const scene = await signedScene(t, {
      origin: (_, response, { headers }) =>
        void response.writeHead(headers.host === "one.localhost" ? status : 200).end("plain"),
    });
    const { originPort } = scene;
    scene.setState((state) => {
      const distribution = state.distributions.get("E1");
      assert.ok(distribution);
      const members = [{ OriginId: "origin" }, { OriginId: "plain" }];
      const FailoverCriteria = { StatusCodes: { Quantity: 1, Items: [500] } };
      const group = { Id: "group", FailoverCriteria, Members: { Quantity: 2, Items: members } };
      const first = { DomainName: "one.localhost", OriginAccessControlId: "E2OAC" };
      const OriginRequestPolicyId = allViewerExceptHost;
      const page = { ErrorCode: 404, ResponsePagePath: "/page", ResponseCode: "404" };
      const ofPage = behavior({ TargetOriginId: "plain", OriginRequestPolicyId });
      const config = {
        ...distribution.config,
        OriginGroups: { Quantity: 1, Items: [group] },
        Origins: {
          Quantity: 2,
          Items: [
            originConfig(originPort, first),
            originConfig(originPort, { Id: "plain", DomainName: "two.localhost" }),
          ],
        },
        CustomErrorResponses: { Quantity: 1, Items: [page] },
        CacheBehaviors: { Quantity: 1, Items: [{ ...ofPage, PathPattern: "/page" }] },
        DefaultCacheBehavior: behavior({ TargetOriginId: "group", OriginRequestPolicyId }),
      };
      return {
        ...state,
        distributions: state.distributions.set("E1", { ...distribution, config }),
      };
    });
    assert.equal((await scene.ask("GET /a HTTP/1.1")).body, "plain");
    const [first, second] = scene.asked;
    assert.ok(first && second);
    await verifyOriginSignature(first, secrets);
    const signs = /^(authorization|x-amz-(date|content-sha256|security-token))$/;
    assert.equal(second.headers.host, "two.localhost");
    assert.deepEqual(
      Object.keys(second.headers).filter((name) => signs.test(name)),
      [],
    );
  });
}

test("updateRequestOrigin() can have requests signed, for the bucket and region that it names", async (t) => {
  const change = (originAccessControlConfig: object) => ({
    helper: "updateRequestOrigin" as const,
    arguments: [{ domainName: "other.localhost", originAccessControlConfig }],
  });
  const s3 = {
    enabled: true,
    signingBehavior: "always",
    signingProtocol: "sigv4",
    originType: "s3",
  };
  let asks: object = { ...s3, region: "eu-west-1" };
  const scene = await signedScene(t, {
    originConfig: { OriginAccessControlId: "" },
    viewerRequest: ({ request }) => ({
      type: "request",
      request,
      origin: change(asks),
    }),
  });
  await scene.ask("GET / HTTP/1.1");
  const { headers, region } = await verified(scene);
  assert.deepEqual([headers.host, region], ["other.localhost", "eu-west-1"]);
  for (asks of [{ enabled: false }, { ...s3, signingBehavior: "never" }]) {
    await scene.ask("GET / HTTP/1.1");
    assert.equal(scene.asked.at(-1)?.headers.authorization, undefined);
  }
});

test("a VPC origin is asked by its domain name, where CreateVpcOrigin said that it listens", async (t) => {
  const scene = await startScene(t, {
    originConfig: {
      DomainName: "internal-lb.localhost",
      CustomOriginConfig: undefined,
      VpcOriginConfig: { VpcOriginId: "vo_1" },
    },
    behavior: { OriginRequestPolicyId: allViewerExceptHost },
  });
  const vpcOrigin = (OriginProtocolPolicy: "http-only" | "https-only"): Resource => ({
    ...described,
    kind: "vpc-origin",
    id: "vo_1",
    config: {
      Name: "lb",
      Arn: "arn:aws:ec2:us-east-1:000000000000:instance/i-0123456789abcdef0",
      HTTPPort: scene.originPort,
      HTTPSPort: scene.originPort,
      OriginProtocolPolicy,
    },
  });
  for (const [policy, expected] of [
    ["http-only", 200],
    ["https-only", 502],
  ] as const) {
    const resources: State["resources"] = Map([["vpc-origin", Map([["vo_1", vpcOrigin(policy)]])]]);
    scene.setState((state) => ({ ...state, resources }));
    assert.equal((await scene.ask("GET / HTTP/1.1")).status, expected, policy);
  }
  assert.equal(scene.asked[0]?.headers.host, "internal-lb.localhost");
});

test("what stands for a bucket gets requests signed for the bucket's Host, region and path", async (t) => {
  const local = await startScene(t);
  const scene = await signedScene(t, {
    originSources: readOriginSources(
      `photos.s3.eu-west-1.amazonaws.com=http://127.0.0.1:${local.originPort}/photos`,
    ),
    originConfig: {
      DomainName: "photos.s3.eu-west-1.amazonaws.com",
      OriginPath: "/v2",
      CustomOriginConfig: undefined,
      S3OriginConfig: { OriginAccessIdentity: "" },
    },
  });
  const { status } = await scene.ask("GET /a+b.jpg HTTP/1.1");
  assert.equal(status, 200);
  const { headers, url, region } = await verified(local);
  assert.equal(headers.host, "photos.s3.eu-west-1.amazonaws.com");
  assert.deepEqual([url, region], ["/photos/v2/a%2Bb.jpg", "eu-west-1"]);
});

test("S3's ids are taken off what a bucket answers, also where that is not AWS's", async (t) => {
  const scene = await signedScene(t, {
    origin: (_, response) =>
      void response
        .writeHead(200, { "X-Amz-Id-2": "a", "X-Amz-Request-Id": "b", "X-Amz-Meta-A": "c" })
        .end(),
  });
  const { headers } = await scene.ask("GET / HTTP/1.1");
  assert.deepEqual(
    [headers["x-amz-id-2"], headers["x-amz-request-id"], headers["x-amz-meta-a"]],
    [undefined, undefined, "c"],
  );
});

test("a WebSocket's request is signed like any", async (t) => {
  const opened: IncomingMessage[] = [];
  const origin = createServer();
  origin.on("upgrade", (message, socket) => {
    opened.push(message);
    socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
  });
  const scene = await signedScene(t, {
    originPort: await listenOn(t, origin),
    control: { OriginAccessControlOriginType: "lambda" },
  });
  const { status } = await scene.raw(
    [
      "GET /socket?a=b HTTP/1.1",
      "Host: d111111abcdef8.cloudfront.localhost",
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      "",
      "",
    ].join("\r\n"),
  );
  assert.equal(status, 403);
  const [message] = opened;
  assert.ok(message);
  const { method = "", url = "", headers, rawHeaders } = message;
  assert.equal(headers.upgrade, "websocket");
  await verifyOriginSignature({ method, url, headers, rawHeaders, body: "" }, secrets);
});
