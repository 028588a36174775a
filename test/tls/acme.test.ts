/**
 * Certificates by ACME from pebble, end to end: a control plane that orders them, and two edges in processes of their own
 * that follow its log, of which one is where the names lead.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { copyFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { get as getPlainly, type IncomingMessage } from "node:http";
import { get as getSecurely } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { connect } from "node:tls";
import { CreateDistributionCommand } from "@aws-sdk/client-cloudfront";
import { freePort } from "../support/free-port.ts";
import { buildConfig } from "../support/distribution-config.ts";
import { skipWithout } from "../support/optional.ts";
import { startPebble, type Pebble } from "../support/pebble.ts";
import { startTestNode, temporaryFolder, type TestNode } from "../support/test-node.ts";

const skip = skipWithout(["pebble", "-h"]) || skipWithout(["pebble-challtestsrv", "-h"]);
const patienceMs = 90_000;
/** So short that a renewal can be waited for: it is due when a third is left. */
const validityS = 36;

let pebble: Pebble;
let control: TestNode;
let edges: TestNode[];
let root: string;
const data = temporaryFolder();

function startControl(...args: string[]): Promise<TestNode> {
  return startTestNode({
    command: "control",
    dataFolder: data,
    args: ["--acme-email", "me@example.com", "--acme-directory", pebble.directory, ...args],
    environment: { NODE_EXTRA_CA_CERTS: pebble.trusted },
  });
}

function startEdgeOf(dataFolder: string, port: number, securePort: number): Promise<TestNode> {
  const log = `sqlite:${join(data, "changes.db")}`;
  const args = ["--log", log, "--edge-https-port", String(securePort)];
  return startTestNode({ command: "edge", dataFolder, edgePort: port, args });
}

before(async () => {
  if (skip !== false) return;
  const [httpPort, tlsPort] = await Promise.all([freePort(), freePort()]);
  pebble = await startPebble({ httpPort, tlsPort, validityS });
  root = await pebble.root();
  control = await startControl("--acme-names", "aliases", "--acme-challenge", "http-01");
  const startEdge = (port: number, securePort: number) => {
    const dataFolder = temporaryFolder();
    copyFileSync(join(data, "certificate.key"), join(dataFolder, "certificate.key"));
    return startEdgeOf(dataFolder, port, securePort);
  };
  edges = await Promise.all([startEdge(httpPort, tlsPort), startEdge(0, 0)]);
});
after(async () => {
  if (skip !== false) return;
  await Promise.all([...edges, control].map((node) => node.stop()));
  await pebble.stop();
});

/** @returns the certificate that is shown for a name; undefined where it is none of pebble's for it */
function shownBy(edge: TestNode, servername: string): Promise<X509Certificate | undefined> {
  return shownAt(edge.edgeHttps ?? "", servername);
}

function shownAt(url: string, servername: string): Promise<X509Certificate | undefined> {
  const port = Number(new URL(url).port);
  return new Promise((answer) => {
    const options = { port, host: "127.0.0.1", servername, rejectUnauthorized: false, ca: root };
    const socket = connect(options, () => {
      const certificate = new X509Certificate(socket.getPeerCertificate().raw);
      // One that has expired is pebble's as well.
      const isOurs = socket.authorized || String(socket.authorizationError) === "CERT_HAS_EXPIRED";
      answer(isOurs && certificate.checkHost(servername) ? certificate : undefined);
      socket.destroy();
    });
    socket.on("error", () => answer(undefined));
  });
}

async function until<Found>(find: () => Promise<Found | undefined>, what: string): Promise<Found> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    assert.ok(performance.now() < deadline, `${what}\n${control.stderr()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** @returns the fingerprint that all edges show, once it is another one than `before` */
async function untilAllShow(name: string, previous = ""): Promise<string> {
  const [first, second] = await until(async () => {
    const shown = await Promise.all(edges.map((edge) => shownBy(edge, name)));
    const fingerprints = shown.map((one) => one?.fingerprint256 ?? "");
    const [a, b] = fingerprints;
    return a !== "" && a === b && a !== previous ? fingerprints : undefined;
  }, `no new certificate for ${name}`);
  assert.equal(first, second);
  return first ?? "";
}

async function failing(): Promise<readonly string[]> {
  const { data: health } = JSON.parse(await read("/footlight/v1/health")) as {
    data: { failing_certificates: string[] };
  };
  return health.failing_certificates;
}

/** Whether the authority knows an account by a key, which it is asked to change for itself. */
async function hasAccount(key: string): Promise<boolean> {
  const session = new URL("../../src/certificates/acme/acme-session.ts", import.meta.url);
  const code = `
    const { AcmeSession } = await import(${JSON.stringify(session.href)});
    const [directory, key, next] = ${JSON.stringify([pebble.directory, key, newKey()])};
    console.log(await AcmeSession.changeKey(directory, key, next));`;
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: pebble.trusted };
  const args = ["--input-type=module", "--eval", code];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return stdout.trim() === "true";
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** Of the control plane's API, whether it speaks http or https. */
function read(path: string): Promise<string> {
  const url = new URL(path, control.api);
  return new Promise((answer, reject) => {
    const got = (response: IncomingMessage): void => answer(text(response));
    const asked =
      url.protocol === "https:"
        ? getSecurely(url, { agent: false, ca: readFileSync(join(data, "ca/root.crt")) }, got)
        : getPlainly(url, { agent: false }, got);
    asked.on("error", reject);
  });
}

test(
  "an alias gets a certificate by HTTP-01, every edge serves it, and it is renewed",
  { skip },
  async () => {
    const config = buildConfig({
      callerReference: "acme",
      originPort: 4040,
      aliases: ["www.example.com"],
    });
    await control.client.send(new CreateDistributionCommand({ DistributionConfig: config }));
    const first = await untilAllShow("www.example.com");
    assert.deepEqual(await failing(), []);
    const keyless = await startEdgeOf(temporaryFolder(), 0, 0);
    await keyless.logs(
      /an issued certificate cannot be opened[^]*--certificate-key-file must name/,
    );
    await keyless.stop();
    await untilAllShow("www.example.com", first);
    const audit = await read("/footlight/v1/changes?limit=1000");
    assert.match(audit, /"type":"certificate-issued"/);
    assert.doesNotMatch(audit, /sealed_key|PRIVATE KEY/);
  },
);

test(
  "a name gets one by TLS-ALPN-01, after the control plane was started anew, and its API shows it too",
  { skip },
  async () => {
    await control.stop();
    // An account's key that may be in other hands is taken away: the next order makes an account anew.
    const accountKey = join(data, "acme/account.key");
    const before = readFileSync(accountKey, "utf8");
    rmSync(accountKey);
    control = await startControl(
      "--acme-names",
      "api.example.com",
      "--acme-challenge",
      "tls-alpn-01",
      "--api-tls",
      "acme",
    );
    const shown = await untilAllShow("api.example.com");
    const own = await shownAt(control.api, "api.example.com");
    assert.equal(own?.fingerprint256, shown);
    assert.notEqual(readFileSync(accountKey, "utf8"), before);
  },
);

test(
  "an account's key is exchanged at the authority: the one before opens nothing, and renewals go on by the new one",
  { skip },
  async () => {
    await control.stop();
    const accountKey = join(data, "acme/account.key");
    const before = readFileSync(accountKey, "utf8");
    const previous = await untilAllShow("api.example.com");
    const args = ["--acme-names", "api.example.com", "--acme-challenge", "tls-alpn-01"];
    control = await startControl(...args, "--acme-new-account-key");
    const isChanged = async () => readFileSync(accountKey, "utf8") !== before || undefined;
    await until(isChanged, "the key was not changed");
    assert.equal(existsSync(`${accountKey}.next`), false);
    assert.equal(await hasAccount(before), false);
    await untilAllShow("api.example.com", previous);
  },
);

test(
  "where the authority fails, the certificate before stays, and log and health say so",
  { skip },
  async () => {
    await pebble.stop();
    await control.logs(/a certificate could not be renewed; the one before stays in use/);
    assert.deepEqual(await failing(), ["api.example.com"]);
    for (const edge of edges) assert.ok(await shownBy(edge, "api.example.com"));
  },
);
