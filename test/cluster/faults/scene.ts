/**
 * Three NATS servers, two control nodes and six edges in two groups, each alone on a machine of its own.
 * The edges of the group "far", and the control node c2, reach the servers by relays that can be slow.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import type { CloudFrontClient } from "@aws-sdk/client-cloudfront";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { temporaryFolder, whenProcessEnds } from "../../support/leftovers.ts";
import { natsServer } from "../../support/nats-server.ts";
import { startTestNode, type TestNode } from "../../support/test-node.ts";
import { Network, type Machine } from "./network.ts";
import { SlowRelay } from "./slow-relay.ts";
import { Victim } from "./victim.ts";

const natsPort = 4222;
const clusterPort = 6222;
const diskMegabytes = 96;
const edgeDiskMegabytes = 32;

export interface Scene {
  readonly servers: readonly Victim[];
  readonly controls: readonly NodeVictim[];
  readonly edges: readonly NodeVictim[];
  readonly relays: readonly SlowRelay[];
  /** What `--log` says of all servers, from here. */
  readonly log: string;
  /** Where the origin listens that edges know as `localhost`. */
  readonly originPort: number;
  readonly close: () => Promise<void>;
}

/** A Footlight node, whose ports stay the same whenever it is started. */
export class NodeVictim extends Victim {
  readonly #nodes: TestNode[];

  constructor(kind: "control" | "edge", machine: Machine, disk: string, args: readonly string[]) {
    const nodes: TestNode[] = [];
    super({
      ...{ kind, machine, disk },
      start: async () => {
        const node = await startTestNode({
          command: kind,
          namespace: machine.namespace,
          dataFolder: join(disk, "data"),
          ...{ apiPort: 4580, edgePort: 8080 },
          args: ["--insecure", "--node-name", machine.name, ...args],
        });
        nodes.push(node);
        return { pid: node.process.pid!, exited: once(node.process, "exit") };
      },
    });
    this.#nodes = nodes;
  }

  /** As it was started last. */
  get node(): TestNode {
    return this.#nodes.at(-1)!;
  }

  get client(): CloudFrontClient {
    return this.node.client;
  }

  /** What all its lives wrote to stderr. */
  get stderr(): string {
    return this.#nodes.map(({ stderr }) => stderr()).join("");
  }
}

export async function buildScene(random: () => number): Promise<Scene> {
  const folder = temporaryFolder();
  const network = new Network();
  const relays: SlowRelay[] = [];
  const victims: Victim[] = [];
  let origin: Server | undefined;
  const close = async (): Promise<void> => {
    for (const victim of victims) await victim.kill().catch(() => {});
    for (const relay of relays) await relay.stop();
    origin?.closeAllConnections();
    origin?.close();
    network.remove();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const machines = ["n1", "n2", "n3"].map((name) => network.add(name));
    const servers = machines.map((machine) => {
      const disk = network.addDisk(join(folder, machine.name), diskMegabytes);
      return new Victim({
        ...{ kind: "server", machine, disk },
        start: () => startServer(machine, machines, disk),
      });
    });
    victims.push(...servers);
    await Promise.all(servers.map((server) => server.start()));
    await untilJetStream(machines.map(({ address }) => `${address}:${natsPort}`));
    for (const { address } of machines) {
      const target = { host: address, port: natsPort };
      relays.push(await SlowRelay.start(network.address, target, random));
    }
    origin = await startOrigin(network.outerAddress);
    const { port: originPort } = origin.address() as AddressInfo;

    const near = `nats://${machines.map(({ address }) => `${address}:${natsPort}`).join(",")}`;
    const far = `nats://${relays.map(({ address }) => address).join(",")}`;
    const start = async (
      name: string,
      kind: "control" | "edge",
      args: readonly string[],
    ): Promise<NodeVictim> => {
      const machine = network.add(name);
      const disk = network.addDisk(join(folder, name), edgeDiskMegabytes);
      const host = kind === "control" ? "--api-host" : "--edge-host";
      const victim = new NodeVictim(kind, machine, disk, [host, machine.outerAddress, ...args]);
      victims.push(victim);
      await victim.start();
      return victim;
    };
    const edgeArgs = ["--origin-sources", `localhost=http://${network.outerAddress}:${originPort}`];
    const controls = [
      await start("c1", "control", ["--log", near, "--log-replicas", "3"]),
      await start("c2", "control", ["--log", far, "--log-replicas", "3"]),
    ];
    const edges: NodeVictim[] = [];
    for (const [name, log, group] of [
      ["e1", near, "near"],
      ["e2", near, "near"],
      ["e3", near, "near"],
      ["e4", far, "far"],
      ["e5", far, "far"],
      ["e6", far, "far"],
    ] as const) {
      const args = ["--log", log, "--edge-group", group, "--log-replicas", "3"];
      edges.push(await start(name, "edge", [...args, "--cache", "off", ...edgeArgs]));
    }
    return { servers, controls, edges, relays, log: near, originPort, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startServer(
  { name, namespace, address }: Machine,
  all: readonly Machine[],
  disk: string,
): ReturnType<ConstructorParameters<typeof Victim>[0]["start"]> {
  const file = `${disk}.conf`;
  const routes = all.map((one) => `nats://${one.address}:${clusterPort}`);
  // Clients keep to the addresses that they were given, so that who comes by a relay stays there.
  const cluster = `name: faults, listen: "${address}:${clusterPort}", no_advertise: true, routes: ${JSON.stringify(routes)}`;
  writeFileSync(
    file,
    `server_name: ${name}\nlisten: "${address}:${natsPort}"\n` +
      `jetstream: { store_dir: "${disk}/store" }\ncluster: { ${cluster} }\n`,
  );
  const child = spawn("ip", ["netns", "exec", namespace, natsServer, "-c", file], {
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
  const exited = once(child, "exit");
  whenProcessEnds(() => void child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stderr });
  await new Promise<void>((resolve, reject) => {
    lines.on("line", (line) => line.includes("Server is ready") && resolve());
    exited.then(() => reject(new Error(`nats-server ${name} ended`)), reject);
  });
  return { pid: child.pid!, exited };
}

/** Servers that have just met elect a leader first: until they keep a stream together. */
async function untilJetStream(addresses: string[]): Promise<void> {
  const connection = await connect({ servers: addresses, maxReconnectAttempts: -1 });
  try {
    const jsm = await jetstreamManager(connection, { checkAPI: false });
    const stream = { name: "probe", subjects: ["probe"], num_replicas: addresses.length };
    for (;;) {
      try {
        await jsm.streams.add(stream);
        await jsm.streams.delete(stream.name);
        return;
      } catch {
        await setTimeout(100);
      }
    }
  } finally {
    await connection.close();
  }
}

/** Says what it was sent in the header that distributions add for it. */
async function startOrigin(host: string): Promise<Server> {
  const server = createServer((request, response) => {
    response.writeHead(200, { "cache-control": "no-store" });
    response.end(JSON.stringify([request.headers["x-config"], request.headers["x-function"]]));
  });
  server.listen(0, host);
  await once(server, "listening");
  return server;
}
