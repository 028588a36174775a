/**
 * An edge that heard nothing for longer than a connection lives: when what kept it is over, it is ready at the
 * newest change by itself, and shows so.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { suite, test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { ListedNode } from "../../src/cli/nodes.ts";
import { createLiveFunction, pageOf } from "../support/live-function.ts";
import { NatsServer, skipWithoutNats } from "../support/nats-server.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { view } from "../support/viewer.ts";

/** A connection is given up when two pings, five seconds apart, got no answer. */
const longerThanConnectionsMs = 16_000;

interface Scene {
  readonly server: NatsServer;
  readonly control: TestNode;
  readonly edge: TestNode;
  readonly way: Way;
}

interface Row {
  readonly what: string;
  /** @returns what ends it */
  readonly begin: (scene: Scene) => Promise<() => Promise<void>>;
  /** Whether a control node can make a change meanwhile. */
  readonly isWritable: boolean;
}

const rows: readonly Row[] = [
  {
    what: "was paused",
    isWritable: true,
    begin: async ({ edge }) => {
      process.kill(-edge.process.pid!, "SIGSTOP");
      return async () => void process.kill(-edge.process.pid!, "SIGCONT");
    },
  },
  {
    what: "was paused while the server was started anew",
    isWritable: true,
    begin: async ({ edge, server }) => {
      process.kill(-edge.process.pid!, "SIGSTOP");
      await server.kill();
      await server.start();
      return async () => void process.kill(-edge.process.pid!, "SIGCONT");
    },
  },
  {
    what: "had a way to its server on which all was lost, without a word",
    isWritable: true,
    begin: async ({ way }) => {
      way.swallow();
      return async () => way.open();
    },
  },
  {
    what: "had a server that stood still",
    isWritable: false,
    begin: async ({ server }) => {
      server.pause();
      return async () => server.resume();
    },
  },
];

suite("an edge comes back", { skip: skipWithoutNats(), concurrency: true }, () => {
  for (const { what, begin, isWritable } of rows) {
    test(`that ${what}`, async (t) => {
      const scene = await buildScene(t);
      const { control, edge } = scene;
      const page = await createLiveFunction(control.client, {
        ...{ name: "page", source: pageOf("one"), originPort: 9000 },
      });
      await untilReady(control, 3);
      const end = await begin(scene);
      const changed = async (): Promise<void> => {
        await untilDone(() => page.update(pageOf("two")));
        await untilDone(page.publish);
      };
      if (isWritable) await changed();
      await setTimeout(longerThanConnectionsMs);
      await end();
      if (!isWritable) await changed();
      await untilReady(control, 5);
      assert.equal((await view(edge.edge, page.host, "/")).body, "two");
      // It hears what comes as well, and need not look for it.
      await untilDone(() => page.update(pageOf("three")));
      await untilDone(page.publish);
      while ((await view(edge.edge, page.host, "/")).body !== "three") await setTimeout(20);
    });
  }
});

async function buildScene(t: TestContext): Promise<Scene> {
  const server = await NatsServer.start();
  t.after(() => server.stop());
  const way = await Way.start(t, server.port);
  const start = async (command: "control" | "edge", port: number): Promise<TestNode> => {
    const args = ["--log", `nats://127.0.0.1:${port}`, "--node-name", command];
    const node = await startTestNode({ command, args });
    t.after(() => node.kill());
    return node;
  };
  const control = await start("control", server.port);
  return { server, way, control, edge: await start("edge", way.port) };
}

/** Until both nodes are ready at a revision. */
async function untilReady({ api }: TestNode, wanted: number): Promise<void> {
  for (;;) {
    const response = await fetch(new URL("/footlight/v1/nodes", api));
    const { data } = (await response.json()) as {
      readonly data: { readonly items: readonly ListedNode[] };
    };
    const ready = data.items.filter(
      ({ state, revision }) => state === "ready" && revision === wanted,
    );
    if (ready.length === 2) return;
    await setTimeout(50);
  }
}

async function untilDone(act: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await act();
      return;
    } catch (error) {
      assert.match(String(error), /ServiceUnavailable/);
      await setTimeout(50);
    }
  }
}

/** Leads to a server, or into the dark: then connections stay, and nothing comes of what is sent. */
class Way {
  readonly #sockets = new Set<Socket>();
  #port = 0;
  #isDark = false;

  static async start(t: TestContext, target: number): Promise<Way> {
    const way = new Way();
    const server = createServer((near) => way.#lead(near, target));
    t.after(() => {
      server.close();
      for (const socket of way.#sockets) socket.destroy();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    way.#port = (server.address() as AddressInfo).port;
    return way;
  }

  get port(): number {
    return this.#port;
  }

  swallow(): void {
    this.#isDark = true;
    for (const socket of this.#sockets) {
      socket.unpipe();
      socket.resume();
    }
  }

  /** For those who connect from now on. */
  open(): void {
    this.#isDark = false;
  }

  #lead(near: Socket, target: number): void {
    near.on("error", () => {});
    this.#sockets.add(near);
    near.on("close", () => this.#sockets.delete(near));
    if (this.#isDark) {
      near.resume();
      return;
    }
    const far = connect(target, "127.0.0.1");
    far.on("error", () => {});
    this.#sockets.add(far);
    far.on("close", () => this.#sockets.delete(far));
    near.pipe(far);
    far.pipe(near);
  }
}
