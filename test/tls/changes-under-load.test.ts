/**
 * Certificates for viewers and for origins, trust stores, security policies and distributions change while viewers
 * ask over connections that stay and over new ones all the time: nobody is dropped, and what changed counts. A whole node of two
 * workers, with an origin that asks for a certificate.
 *
 * @beside
 */
import "reflect-metadata";
import assert from "node:assert/strict";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { Agent, createServer, request, type RequestOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import {
  CreateDistributionCommand,
  CreateTrustStoreCommand,
  GetDistributionConfigCommand,
  GetTrustStoreCommand,
  UpdateDistributionCommand,
  UpdateTrustStoreCommand,
  type CloudFrontClient,
  type DistributionConfig,
} from "@aws-sdk/client-cloudfront";
import type { PemPair } from "../../src/certificates/local-authority.ts";
import { buildConfig } from "../support/distribution-config.ts";
import { startTestNode, temporaryFolder } from "../support/test-node.ts";
import { makeClient, makeClientRoot } from "./client-authority.ts";
import { askHttp2 } from "./http2-viewer.ts";
import { certificateFor, root as serverRoot } from "./secure-scene.ts";

const rounds = Number(process.env["FOOTLIGHT_TLS_CHANGES"] ?? 4);
const arns = {
  www: "arn:aws:acm:us-east-1:000000000000:certificate/www",
  origin: "arn:aws:acm:us-east-1:000000000000:certificate/origin",
};
const [open, guarded] = ["www.example.com", "guarded.example.com"];

/** Whole at every moment, as tools that renew certificates leave them. */
function put(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

const both = ({ certificate, privateKey }: PemPair): string => certificate + privateKey;

test("certificates, trust stores, policies and distributions change under load, and nobody is dropped", async (t) => {
  const authority = await makeClientRoot();
  const [certificates, sources] = [temporaryFolder(), join(temporaryFolder(), "trust")];
  mkdirSync(sources);
  const renew = async (): Promise<void> => {
    const { chain, privateKey } = await certificateFor("*.example.com");
    put(join(certificates, "www.pem"), chain + privateKey);
    const forOrigin = await makeClient(authority, { subject: "CN=edge" });
    put(join(certificates, "edge.pem"), both(forOrigin));
  };
  await renew();
  put(
    join(certificates, "certificates.json"),
    JSON.stringify({ [arns.www]: "www", [arns.origin]: "edge" }),
  );
  put(join(sources, "bundle.pem"), authority.certificate);
  put(join(sources, "roots.pem"), serverRoot);

  const shown = new Set<string>();
  const originPort = await startOrigin(t, authority, shown);
  const node = await startTestNode({
    ...{ https: true, workers: 2 },
    args: [
      ...["--certificates", certificates, "--import-sources", `trust=${sources}`],
      ...["--origin-ca", join(sources, "roots.pem")],
    ],
  });
  t.after(() => node.stop());
  const { client } = node;
  const source = {
    CaCertificatesBundleS3Location: { Bucket: "trust", Key: "bundle.pem", Region: "us-east-1" },
  };
  const { TrustStore } = await client.send(
    new CreateTrustStoreCommand({ Name: "devices", CaCertificatesBundleSource: source }),
  );
  const TrustStoreId = TrustStore?.Id ?? "";
  const create = async (alias: string, more: Partial<DistributionConfig>): Promise<string> => {
    const config = { ...configOf(alias, originPort), ...more };
    const made = await client.send(new CreateDistributionCommand({ DistributionConfig: config }));
    return made.Distribution?.Id ?? "";
  };
  const ids = [
    await create(open, {}),
    await create(guarded, {
      ViewerMtlsConfig: { Mode: "required", TrustStoreConfig: { TrustStoreId } },
    }),
  ];

  const port = Number(new URL(node.edgeHttps ?? "").port);
  const device = await makeClient(authority);
  const load = startViewers(t, port, [
    { servername: open },
    { servername: guarded, cert: device.certificate, key: device.privateKey },
  ]);
  const policies = ["TLSv1.2_2021", "TLSv1.2_2019", "TLSv1.3_2025", "TLSv1.2_2025"] as const;
  const others: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await renew();
    others.push((await makeClientRoot()).certificate);
    put(join(sources, "bundle.pem"), authority.certificate + others.join(""));
    const { ETag } = await client.send(new GetTrustStoreCommand({ Identifier: TrustStoreId }));
    await client.send(
      new UpdateTrustStoreCommand({
        Id: TrustStoreId,
        IfMatch: ETag,
        CaCertificatesBundleSource: source,
      }),
    );
    const policy = policies[round % policies.length]!;
    for (const id of ids) {
      await change(client, id, (config) => ({
        ...config,
        Comment: `round ${round}`,
        ViewerCertificate: { ...config.ViewerCertificate, MinimumProtocolVersion: policy },
      }));
    }
    await load.more(40);
  }
  // Files are looked at every two seconds; the last ones count in the end.
  while (load.fingerprints.size < 2 || shown.size < 2) await load.more(10);
  const { answers, failures } = await load.end();
  t.diagnostic(
    `${answers} answers, ${load.fingerprints.size} certificates seen by viewers, ${shown.size} by the origin`,
  );
  assert.deepEqual(failures, []);
  assert.ok(answers > 100);
  const stranger = await makeClient(await makeClientRoot());
  const refused = { servername: guarded, cert: stranger.certificate, key: stranger.privateKey };
  await assert.rejects(askOnce(port, refused));
});

function configOf(alias: string, originPort: number): DistributionConfig {
  const config = buildConfig({ callerReference: alias, originPort, aliases: [alias] });
  const [origin] = config.Origins?.Items ?? [];
  return {
    ...config,
    HttpVersion: "http2",
    ViewerCertificate: {
      ACMCertificateArn: arns.www,
      SSLSupportMethod: "sni-only",
      MinimumProtocolVersion: "TLSv1.2_2021",
    },
    Origins: {
      Quantity: 1,
      Items: [
        {
          ...origin!,
          CustomOriginConfig: {
            ...origin!.CustomOriginConfig!,
            HTTPSPort: originPort,
            OriginProtocolPolicy: "https-only",
            OriginMtlsConfig: { ClientCertificateArn: arns.origin },
          },
        },
      ],
    },
  };
}

async function change(
  client: CloudFrontClient,
  Id: string,
  by: (config: DistributionConfig) => DistributionConfig,
): Promise<void> {
  const { DistributionConfig, ETag } = await client.send(new GetDistributionConfigCommand({ Id }));
  await client.send(
    new UpdateDistributionCommand({
      Id,
      IfMatch: ETag,
      DistributionConfig: by(DistributionConfig!),
    }),
  );
}

/** Takes its time, so that requests are always under way. @param shown gets the certificates that it is shown */
async function startOrigin(
  t: TestContext,
  authority: PemPair,
  shown: Set<string>,
): Promise<number> {
  const { chain, privateKey } = await certificateFor("localhost");
  const asking = { requestCert: true, rejectUnauthorized: true, ca: authority.certificate };
  const origin = createServer({ cert: chain, key: privateKey, ...asking }, (message, response) => {
    shown.add((message.socket as TLSSocket).getPeerX509Certificate()?.fingerprint256 ?? "");
    setTimeout(() => response.setHeader("Cache-Control", "no-store").end("fine"), 20);
  });
  // So that the edge connects anew from time to time.
  origin.maxRequestsPerSocket = 20;
  await once(origin.listen(0, "127.0.0.1"), "listening");
  t.after(() => {
    origin.close();
    origin.closeAllConnections();
  });
  return (origin.address() as AddressInfo).port;
}

type Who = ConnectionOptions & { readonly servername: string };

interface Load {
  /** What viewers were shown on new connections. */
  readonly fingerprints: Set<string>;
  /** Resolves after so many more answers. */
  more(answers: number): Promise<void>;
  end(): Promise<{ readonly answers: number; readonly failures: readonly string[] }>;
}

/** Each of them asks over a connection that stays by HTTP/1.1, over one by HTTP/2, and over new ones. */
function startViewers(t: TestContext, port: number, everybody: readonly Who[]): Load {
  let [answers, isOver] = [0, false];
  const failures: string[] = [];
  const fingerprints = new Set<string>();
  const waiting: { readonly at: number; readonly go: () => void }[] = [];
  const asking = everybody.flatMap((who) => {
    const options = { ...who, host: "127.0.0.1", port, ca: serverRoot };
    const agent = new Agent({ ...options, keepAlive: true, maxSockets: 1 });
    const session = connectHttp2(`https://${who.servername}`, {
      createConnection: () => connect({ ...options, ALPNProtocols: ["h2"] }),
    });
    session.on("error", (error) => failures.push(`HTTP/2 to ${who.servername}: ${error.message}`));
    t.after(() => session.destroy());
    t.after(() => agent.destroy());
    const askBy: readonly (readonly [string, () => Promise<number>])[] = [
      ["a kept connection", () => ask({ ...options, agent }).then(({ status }) => status)],
      [
        "HTTP/2",
        async () => {
          const headers = { ":authority": who.servername, ":path": "/" };
          return (await askHttp2(session, headers)).status;
        },
      ],
      [
        "a new connection",
        async () => {
          const { status, fingerprint } = await askOnce(port, who);
          fingerprints.add(fingerprint);
          return status;
        },
      ],
    ];
    return askBy.map(async ([what, send]) => {
      while (!isOver) {
        const status = await send().catch((error: Error) => error.message);
        answers += 1;
        if (status !== 200) failures.push(`${who.servername} by ${what}: ${status}`);
        for (const each of waiting.filter(({ at }) => at <= answers)) each.go();
      }
    });
  });
  return {
    fingerprints,
    more: (count) =>
      new Promise((go) => {
        waiting.push({ at: answers + count, go });
      }),
    end: async () => {
      isOver = true;
      await Promise.all(asking);
      return { answers, failures };
    },
  };
}

interface Shown {
  readonly status: number;
  readonly fingerprint: string;
}

function askOnce(port: number, who: Who): Promise<Shown> {
  return ask({ ...who, host: "127.0.0.1", port, ca: serverRoot, agent: false });
}

function ask(options: RequestOptions & { readonly servername?: string }): Promise<Shown> {
  return new Promise((resolve, reject) => {
    const headers = { host: options.servername ?? "" };
    const sent = request({ ...options, path: "/", headers }, (response) => {
      const { fingerprint256 = "" } = (response.socket as TLSSocket).getPeerX509Certificate() ?? {};
      response.resume();
      response.once("error", reject);
      response.once("end", () =>
        resolve({ status: response.statusCode ?? 0, fingerprint: fingerprint256 }),
      );
    });
    sent.once("error", reject);
    sent.end();
  });
}
