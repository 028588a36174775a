/** Viewers who show certificates: who is let in, what origins are told of them, and what nobody gets around. */
import "reflect-metadata";
import assert from "node:assert/strict";
import { connect, createServer, type Socket } from "node:net";
import { pipeline } from "node:stream/promises";
import { connect as connectHttp2 } from "node:http2";
import { test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { ConnectionOptions, TLSSocket } from "node:tls";
import type { PemPair } from "../../src/certificates/local-authority.ts";
import {
  distributionOf,
  domainName,
  listenOn,
  type Config,
  type SceneOptions,
} from "../edge/viewer-scene.ts";
import {
  certificatesOf,
  expired,
  makeBetween,
  makeClient,
  makeClientRoot,
} from "./client-authority.ts";
import {
  certificateHeaders,
  forwarding,
  startCertificateScene,
  trustStore,
  wantedBy,
  type CertificateScene,
} from "./certificate-scene.ts";
import { askOn, root as serverRoot } from "./secure-scene.ts";

const root = await makeClientRoot();
const between = await makeBetween(root);
const stranger = await makeClientRoot();
const good = await makeClient(root);
const below = await makeClient(between, { subject: "CN=below" });
const old = await makeClient(root, { period: expired });
const strange = await makeClient(stranger);

const startScene = (t: TestContext, config: Partial<Config>, options: SceneOptions = {}) =>
  startCertificateScene(t, config, { resources: trustStore(root), ...options });

function showing(pair: PemPair | undefined, ...others: readonly PemPair[]): ConnectionOptions {
  if (pair === undefined) return { servername: domainName };
  const cert = [pair, ...others].map(({ certificate }) => certificate).join("");
  return { servername: domainName, cert, key: pair.privateKey };
}

/** @returns the status; 0 where the connection is closed without an answer */
async function statusFor(scene: CertificateScene, options: ConnectionOptions): Promise<number> {
  try {
    const socket = await scene.connect(options);
    socket.on("error", () => {});
    return (await askOn(socket, "/", domainName)).status;
  } catch {
    return 0;
  }
}

/** @returns a connection that leads to a port, and on which bytes arrive some hundred at a time */
async function throughSmallPieces(t: TestContext, port: number): Promise<Socket> {
  const relay = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    far.setNoDelay(true);
    far.pipe(near);
    near.on("error", () => far.destroy());
    far.on("error", () => near.destroy());
    near.on("close", () => far.destroy());
    pipeline(near, inPieces, far).catch(() => near.destroy());
  });
  return connect(await listenOn(t, relay), "127.0.0.1");
}

async function* inPieces(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const length = 100;
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length; from += length) {
      yield chunk.subarray(from, from + length);
      await setTimeout(1);
    }
  }
}

const outcomes = (scene: CertificateScene) => scene.records.map(({ outcome }) => outcome);

test("required: who shows a certificate of the trust store is served, and nobody else", async (t) => {
  const scene = await startScene(t, wantedBy("required"));
  const cases: readonly (readonly [ConnectionOptions, number, string])[] = [
    [showing(good), 200, "Success"],
    [showing(below, between), 200, "Success"],
    [showing(undefined), 0, "Failed:ClientCertMissing"],
    [showing(strange), 0, "Failed:ClientCertUntrusted"],
    [showing(below), 0, "Failed:ClientCertUntrusted"],
    [showing(old), 0, "Failed:ClientCertExpired"],
  ];
  for (const maxVersion of ["TLSv1.3", "TLSv1.2"] as const) {
    scene.records.length = 0;
    for (const [options, status, outcome] of cases) {
      assert.equal(await statusFor(scene, { ...options, maxVersion }), status, outcome);
    }
    assert.deepEqual(
      outcomes(scene),
      cases.map(([, , outcome]) => outcome),
    );
  }
  const [first] = scene.records;
  assert.equal(first?.distributionId, "E1");
  assert.equal(first?.certificate?.subject, "O=Example,CN=device 7");
});

test("optional: who shows none is served, and who shows a bad one is not", async (t) => {
  const scene = await startScene(t, wantedBy("optional"));
  assert.equal(await statusFor(scene, showing(undefined)), 200);
  assert.equal(await statusFor(scene, showing(good)), 200);
  assert.equal(await statusFor(scene, showing(strange)), 0);
  const present = scene.asked.map(({ headers }) => headers["cloudfront-viewer-cert-present"]);
  assert.deepEqual(present, ["0", "1"]);
});

test("passthrough: whatever is shown is let through for the origin to judge, up to four certificates", async (t) => {
  const scene = await startScene(t, wantedBy("passthrough"));
  assert.equal(await statusFor(scene, showing(undefined)), 200);
  assert.equal(await statusFor(scene, showing(strange)), 200);
  assert.equal(await statusFor(scene, showing(below, between, root)), 200);
  const deep = [between];
  for (let index = 0; index < 3; index += 1) deep.unshift(await makeBetween(deep[0]!));
  const far = await makeClient(deep[0]!);
  assert.equal(await statusFor(scene, showing(far, ...deep)), 0);
  assert.equal(outcomes(scene).at(-1), "Failed:ClientCertMaxChainDepthExceeded");

  const raw = (pair: PemPair) => `:${certificatesOf(pair)[0]!.raw.toString("base64")}:`;
  const told = scene.asked.map(({ headers }) => [
    headers["client-cert"],
    headers["client-cert-chain"],
  ]);
  assert.deepEqual(told, [
    [undefined, undefined],
    [raw(strange), undefined],
    [raw(below), `${raw(between)}, ${raw(root)}`],
  ]);
});

test("origins are told of a verified certificate by the headers that the policy lists", async (t) => {
  const scene = await startScene(t, wantedBy("required"));
  assert.equal(await statusFor(scene, showing(good)), 200);
  const [{ headers }] = scene.asked as [(typeof scene.asked)[number]];
  const [{ fingerprint256, validFromDate, issuer }] = certificatesOf(good) as [
    ReturnType<typeof certificatesOf>[number],
  ];
  assert.equal(headers["cloudfront-viewer-cert-serial-number"], "4a:3f:5c:92");
  assert.equal(headers["cloudfront-viewer-cert-subject"], "O=Example,CN=device 7");
  assert.equal(headers["cloudfront-viewer-cert-issuer"], issuer.split("\n").toReversed().join(","));
  assert.equal(headers["cloudfront-viewer-cert-present"], "1");
  assert.equal(
    headers["cloudfront-viewer-cert-sha256"],
    fingerprint256.replaceAll(":", "").toLowerCase(),
  );
  const from = validFromDate.toISOString().replace(".000", "");
  assert.match(
    String(headers["cloudfront-viewer-cert-validity"]),
    new RegExp(`^NotBefore=${from};NotAfter=20[0-9T:-]+Z$`),
  );
  assert.equal(
    decodeURIComponent(String(headers["cloudfront-viewer-cert-pem"])),
    certificatesOf(good)[0]!.toString(),
  );
  assert.equal(headers["client-cert"], undefined);
});

test("without a policy that lists them origins get none of these headers, though all of the viewer's pass", async (t) => {
  const all = {
    ...forwarding,
    ForwardedValues: { ...forwarding.ForwardedValues, Headers: { Quantity: 1, Items: ["*"] } },
  };
  for (const mode of ["required", "passthrough"] as const) {
    const scene = await startScene(t, wantedBy(mode), { behavior: all });
    assert.equal(await statusFor(scene, showing(good)), 200);
    const names = Object.keys(scene.asked[0]?.headers ?? {});
    assert.deepEqual(
      names.filter((name) => /cert/.test(name)),
      [],
    );
  }
});

test("a viewer's own words for a certificate reach no origin, by whichever door", async (t) => {
  const likenesses = certificateHeaders.flatMap((name) => [
    name,
    name.replaceAll("-", "_"),
    name.replace("-", "."),
  ]);
  const forged = likenesses.map((name) => `${name}: forged`);
  for (const mode of ["required", "passthrough", undefined] as const) {
    for (const withoutPlainDoor of [false, true]) {
      const config = mode === undefined ? {} : wantedBy(mode);
      const scene = await startScene(t, config, { listener: { withoutPlainDoor } });
      const socket = await scene.connect(showing(good));
      assert.equal((await askOn(socket, "/", domainName, ...forged)).status, 200);
      if (mode !== "required") {
        assert.equal((await scene.ask("GET / HTTP/1.1", ...forged)).status, 200);
      }
      for (const { headers } of scene.asked) {
        assert.ok(!Object.values(headers).some((value) => String(value).includes("forged")));
      }
    }
  }
});

async function http2Status(
  t: TestContext,
  port: number,
  options: ConnectionOptions,
  hosts: readonly string[],
  headers: Record<string, string> = {},
): Promise<number[]> {
  const session = connectHttp2(`https://127.0.0.1:${port}`, {
    ...options,
    ca: serverRoot,
    ALPNProtocols: ["h2"],
  });
  t.after(() => session.destroy());
  session.on("error", () => {});
  const statuses: number[] = [];
  for (const host of hosts) {
    const stream = session.request({ ":path": "/", ":authority": host, ...headers });
    stream.on("error", () => {});
    const status = new Promise<number>((resolve) => {
      stream.on("response", ({ ":status": got }) => resolve(Number(got)));
      stream.on("close", () => resolve(0));
    });
    stream.resume();
    statuses.push(await status);
  }
  return statuses;
}

test("by HTTP/2: certificates count as by HTTP/1.1, and forged headers are dropped", async (t) => {
  const scene = await startScene(t, wantedBy("required"));
  const forged = Object.fromEntries(certificateHeaders.map((name) => [name.toLowerCase(), "x"]));
  const ask = (options: ConnectionOptions) =>
    http2Status(t, scene.securePort, options, [domainName], forged);
  assert.deepEqual(await ask(showing(good)), [200]);
  assert.deepEqual(await ask(showing(undefined)), [0]);
  assert.deepEqual(await ask(showing(strange)), [0]);
  const [{ headers }] = scene.asked as [(typeof scene.asked)[number]];
  assert.equal(headers["cloudfront-viewer-cert-present"], "1");
  assert.ok(!Object.values(headers).includes("x"));
});

test("a request for such a distribution over a connection in another's name is answered 421, and the other way round", async (t) => {
  const other = "d222222abcdef8.cloudfront.localhost";
  const scene = await startScene(t, wantedBy("required"));
  scene.setState((state) => {
    const { config } = state.distributions.get("E1")!;
    const open = { ...config, ViewerMtlsConfig: undefined } as Config;
    return {
      ...state,
      distributions: state.distributions.set("E2", distributionOf("E2", other, open)),
    };
  });
  const open = { servername: other };
  assert.deepEqual(
    await http2Status(t, scene.securePort, open, [other, domainName]),
    [200, 421],
    "from the one that asks for none",
  );
  assert.deepEqual(
    await http2Status(t, scene.securePort, showing(good), [domainName, other]),
    [200, 421],
    "from the one that asks",
  );
  const nameless = await scene.connect({
    ...showing(good),
    servername: "",
    checkServerIdentity: () => undefined,
  });
  assert.equal((await askOn(nameless, "/", domainName)).status, 421);
  assert.equal(scene.asked.length, 2);
});

test("what a distribution asks for from now on, a connection from before has not shown", async (t) => {
  const scene = await startScene(t, {});
  const before = await scene.connect(showing(good));
  scene.setState((state) => {
    const distribution = state.distributions.get("E1")!;
    const config = { ...distribution.config, ...wantedBy("required") };
    return {
      ...state,
      distributions: state.distributions.set("E1", { ...distribution, config }),
    };
  });
  assert.equal((await askOn(before, "/", domainName)).status, 421);
  assert.equal(await statusFor(scene, showing(good)), 200);
});

test("in the clear a distribution that requires certificates answers 403, unless it redirects", async (t) => {
  const required = await startScene(t, wantedBy("required"));
  assert.equal((await required.ask("GET / HTTP/1.1")).status, 403);
  const redirecting = await startScene(t, wantedBy("required"), {
    behavior: { ...forwarding, ViewerProtocolPolicy: "redirect-to-https" },
  });
  assert.equal((await redirecting.ask("GET / HTTP/1.1")).status, 301);
  const optional = await startScene(t, wantedBy("optional"));
  assert.equal((await optional.ask("GET / HTTP/1.1")).status, 200);
  assert.deepEqual([required.asked.length, redirecting.asked.length], [0, 0]);
});

test("a changed trust store counts for the next connection; those that are open stay", async (t) => {
  const scene = await startScene(t, wantedBy("required"));
  const before = await scene.connect(showing(good));
  scene.setState((state) => ({ ...state, resources: trustStore(stranger) }));
  assert.equal(await statusFor(scene, showing(good)), 0);
  assert.equal(await statusFor(scene, showing(strange)), 200);
  assert.equal((await askOn(before, "/", domainName)).status, 200);
  scene.setState((state) => ({ ...state, resources: trustStore() }));
  assert.equal(await statusFor(scene, showing(strange)), 0, "a store that has no bundle");
});

test("IgnoreCertificateExpiry lets expired certificates in, and no others", async (t) => {
  const scene = await startScene(t, wantedBy("required", { IgnoreCertificateExpiry: true }));
  assert.equal(await statusFor(scene, showing(old)), 200);
  assert.equal(await statusFor(scene, showing(await makeClient(stranger, { period: expired }))), 0);
});

test("AdvertiseTrustStoreCaNames changes nothing in who is let in", async (t) => {
  const scene = await startScene(t, wantedBy("required", { AdvertiseTrustStoreCaNames: true }));
  assert.equal(await statusFor(scene, showing(good)), 200);
  assert.equal(await statusFor(scene, showing(below, between)), 200);
  assert.equal(await statusFor(scene, showing(strange)), 0);
});

test("who shows a certificate is let in however the network cuts the handshake", async (t) => {
  const scene = await startScene(t, wantedBy("required", { AdvertiseTrustStoreCaNames: true }));
  for (const maxVersion of ["TLSv1.3", "TLSv1.2"] as const) {
    for (const shown of [showing(good), showing(below, between)]) {
      const socket = await throughSmallPieces(t, scene.securePort);
      const options = { ...shown, maxVersion, socket };
      assert.equal(await statusFor(scene, options), 200, maxVersion);
    }
  }
});

test("no session is resumed where certificates are asked for", async (t) => {
  for (const maxVersion of ["TLSv1.3", "TLSv1.2"] as const) {
    const scene = await startScene(t, wantedBy("optional"));
    const first = await scene.connect({ ...showing(good), maxVersion });
    const sessions: Buffer[] = [];
    first.on("session", (session: Buffer) => sessions.push(session));
    assert.equal((await askOn(first, "/", domainName)).status, 200);
    for (const session of [...sessions, first.getSession()]) {
      const again = await scene.connect({ ...showing(undefined), maxVersion, session });
      assert.equal(again.isSessionReused(), false);
      assert.equal((await askOn(again, "/", domainName)).status, 200);
    }
    const present = scene.asked.map(({ headers }) => headers["cloudfront-viewer-cert-present"]);
    assert.deepEqual(present, ["1", ...present.slice(1).map(() => "0")]);
  }
});

test("a handshake that fails is noted, and the door goes on", async (t) => {
  const scene = await startScene(t, wantedBy("required"));
  // The edge's certificate has no RSA key.
  const rsaOnly = { maxVersion: "TLSv1.2", ciphers: "AES128-GCM-SHA256" } as const;
  await assert.rejects(scene.connect({ ...showing(good), ...rsaOnly }));
  while (scene.records.length === 0) await setTimeout(10);
  assert.equal(outcomes(scene)[0], "Failed:TcpError");
  assert.equal(await statusFor(scene, showing(good)), 200);
});

async function closedWithoutData(socket: TLSSocket): Promise<string> {
  let text = "";
  socket.on("data", (chunk) => (text += String(chunk)));
  socket.on("error", () => {});
  // One that is reset is closed as well: once() would fail for it.
  if (!socket.closed) await new Promise((resolve) => void socket.once("close", resolve));
  return text;
}

test("a refused viewer's request is never answered, even if it was sent with the handshake", async (t) => {
  const scene = await startScene(t, wantedBy("required"));
  const socket = await scene.connect(showing(undefined));
  socket.write(`GET / HTTP/1.1\r\nHost: ${domainName}\r\n\r\n`);
  assert.equal(await closedWithoutData(socket), "");
  assert.equal(scene.asked.length, 0);
});
