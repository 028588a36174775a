/** Let's Encrypt's small authority for tests, Debian's `pebble`, with a DNS that says every name is this machine. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { get } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { freePort } from "./free-port.ts";
import { makeLeaf, makeRoot } from "../../src/certificates/make-certificate.ts";
import { temporaryFolder, whenProcessEnds } from "./leftovers.ts";
import { printedBy } from "./printed-by.ts";

export interface PebbleInput {
  /** Where it looks for names, by HTTP-01 and by TLS-ALPN-01. */
  readonly httpPort: number;
  readonly tlsPort: number;
  /** How long its certificates are valid. */
  readonly validityS: number;
}

export interface Pebble {
  readonly directory: string;
  /** A file with what its own certificate comes from, for NODE_EXTRA_CA_CERTS. */
  readonly trusted: string;
  /** What it issues comes from this, in PEM; another one after each start. */
  readonly root: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

const period = {
  notBefore: new Date(Date.now() - 60_000),
  notAfter: new Date(Date.now() + 86_400_000),
};

export async function startPebble({ httpPort, tlsPort, validityS }: PebbleInput): Promise<Pebble> {
  const folder = temporaryFolder();
  const [port, management, dns] = await Promise.all([freePort(), freePort(), freePort()]);
  const authority = await makeRoot(period, "01");
  const leaf = await makeLeaf(authority, ["localhost", "127.0.0.1"], period, "02");
  const write = (name: string, content: string): string => {
    const file = join(folder, name);
    writeFileSync(file, content);
    return file;
  };
  const trusted = write("trusted.pem", authority.certificate);
  const config = write(
    "pebble.json",
    JSON.stringify({
      pebble: {
        listenAddress: `127.0.0.1:${port}`,
        managementListenAddress: `127.0.0.1:${management}`,
        certificate: write("own.pem", leaf.certificate),
        privateKey: write("own.key", leaf.privateKey),
        httpPort,
        tlsPort,
        certificateValidityPeriod: validityS,
        ocspResponderURL: "",
        externalAccountBindingRequired: false,
      },
    }),
  );
  const names = spawn(
    "pebble-challtestsrv",
    [
      ...["-dns01", `127.0.0.1:${dns}`, "-management", "127.0.0.1:0", "-defaultIPv6", ""],
      ...["-http01", "", "-https01", "", "-tlsalpn01", ""],
    ],
    { stdio: "ignore" },
  );
  const pebble = spawn("pebble", ["-config", config, "-dnsserver", `127.0.0.1:${dns}`], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PEBBLE_VA_NOSLEEP: "1" },
  });
  const printed = printedBy(pebble);
  const directory = `https://127.0.0.1:${port}/dir`;
  whenProcessEnds(() => {
    pebble.kill("SIGKILL");
    names.kill("SIGKILL");
  });
  while ((await ask(directory, authority.certificate)) === "") {
    if (hasEnded(pebble)) throw new Error(`pebble has ended: ${printed.text()}`);
  }
  return {
    directory,
    trusted,
    root: () => ask(`https://127.0.0.1:${management}/roots/0`, authority.certificate),
    stop: async () => {
      await Promise.all([end(pebble), end(names)]);
    },
  };
}

function ask(url: string, ca: string): Promise<string> {
  return new Promise((answer) => {
    get(url, { ca, agent: false }, (response) => answer(text(response))).on("error", () =>
      setTimeout(() => answer(""), 50),
    );
  });
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}
