/** The small world of the edge's tests with a door for TLS, certificates that it makes itself, and viewers that speak it. */
import { once } from "node:events";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import type { TestContext } from "node:test";
import { CertificateSet } from "../../src/certificates/certificate-set.ts";
import { makeLeaf, makeRoot } from "../../src/certificates/make-certificate.ts";
import {
  readServerCertificate,
  type ServerCertificate,
} from "../../src/certificates/server-certificate.ts";
import {
  listenOn,
  parseReply,
  startScene,
  type Reply,
  type Scene,
  type SceneOptions,
} from "../edge/viewer-scene.ts";

const period = {
  notBefore: new Date(Date.now() - 60_000),
  notAfter: new Date(Date.now() + 3_600_000),
};
const authority = await makeRoot(period, "01");
/** What viewers of these tests trust. */
export const root = authority.certificate;
export const ticketKeys = Buffer.alloc(48, 7);

export async function certificateFor(...names: string[]): Promise<ServerCertificate> {
  const made = await makeLeaf(authority, names, period, "02");
  return readServerCertificate(made.certificate, made.privateKey);
}

export const standardCertificate = await certificateFor("*.cloudfront.localhost", "localhost");

export interface SecureScene extends Scene {
  readonly securePort: number;
  /** Opens a connection, and rejects with what the handshake failed by. */
  connect(options?: ConnectionOptions): Promise<TLSSocket>;
  /** Asks on a connection of its own, in the name of `host`. */
  askSecurely(path: string, host: string, ...headerLines: string[]): Promise<Reply>;
}

export async function startSecureScene(
  t: TestContext,
  options: SceneOptions = {},
  certificates: () => CertificateSet = () => new CertificateSet(standardCertificate),
): Promise<SecureScene> {
  const scene = await startScene(t, {
    ...options,
    listener: {
      // All viewers of a test come from one address, and many of them fail on purpose.
      neverDelayed: () => true,
      ...options.listener,
      security: { certificates, ticketKeys, ...options.listener?.security },
    },
  });
  const { secureServer } = scene.listener;
  if (secureServer === undefined) throw new Error("The scene has no door for TLS");
  const securePort = await listenOn(t, secureServer);
  const open = (more: ConnectionOptions = {}) => connectSecurely(t, securePort, more);
  return {
    ...scene,
    securePort,
    connect: open,
    async askSecurely(path, host, ...lines) {
      const socket = await open({ servername: host });
      return askOn(socket, path, host, ...lines);
    },
  };
}

export async function connectSecurely(
  t: TestContext,
  port: number,
  options: ConnectionOptions,
): Promise<TLSSocket> {
  const socket = connect({ port, host: "127.0.0.1", ca: root, servername: "", ...options });
  t.after(() => socket.destroy());
  await once(socket, "secureConnect");
  return socket;
}

/** The connection's last request. */
export async function askOn(
  socket: TLSSocket,
  path: string,
  host: string,
  ...headerLines: string[]
): Promise<Reply> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  const lines = [`GET ${path} HTTP/1.1`, `Host: ${host}`, "Connection: close", ...headerLines];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  await once(socket, "close");
  return parseReply(Buffer.concat(chunks).toString("latin1"));
}
