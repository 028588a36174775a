/** A log that lost entries, as operators and viewers see it: no viewer goes back, and a follower gives back what was lost. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { JetStreamLog } from "../../src/log/jetstream-log.ts";
import { defaultJetStreamOptions } from "../../src/log/jetstream-options.ts";
import { ownCopyFolder } from "../../src/log/own-copy.ts";
import { backUpStore, cutOffEnd, deleteStreams, restoreStore } from "../support/damaged-streams.ts";
import { createLiveFunction, pageOf, type LiveFunction } from "../support/live-function.ts";
import { NatsServer, skipWithoutNats } from "../support/nats-server.ts";
import { startTestNode, temporaryFolder, type TestNode } from "../support/test-node.ts";
import { untilCopied } from "../support/until-copied.ts";
import { view } from "../support/viewer.ts";

const bin = resolve(import.meta.dirname, "../../bin/footlight.mjs");

interface Row {
  readonly what: string;
  /** What `footlight nodes` says of both nodes. */
  readonly says: RegExp;
  /** @param backup as the streams were one publish ago */
  readonly damage: (server: NatsServer, backup: string) => Promise<void>;
}

const rows: readonly Row[] = [
  {
    what: "was restored from an old backup",
    says: /The change log ends at revision 3, and this node has revision 5: an old backup of it was restored/,
    damage: restoreStore,
  },
  {
    what: "was cut off in its file",
    says: /The change log ends at revision \d, and this node has revision 5: .* or its end was cut off/,
    damage: async (server) => {
      await server.kill();
      cutOffEnd(server);
      await server.start();
    },
  },
  {
    what: "was deleted and made anew",
    says: /The change log was deleted and made anew, empty/,
    damage: async (server) => {
      await deleteStreams(server, "changes", "objects");
      await (await JetStreamLog.open(server.address, defaultJetStreamOptions)).close();
    },
  },
];

suite("viewers of a log that lost entries", { skip: skipWithoutNats() }, () => {
  for (const { what, says, damage } of rows) {
    test(`see nothing of it when it ${what}`, async (t) => {
      const server = await NatsServer.start();
      t.after(() => server.stop());
      const control = await startNode(t, server, "control");
      const edge = await startNode(t, server, "edge");
      const page = await createLiveFunction(control.client, {
        ...{ name: "page", source: pageOf("one"), originPort: 9000 },
      });
      const viewer = await watch(t, edge, page.host);
      await viewer.until("one");
      const backup = temporaryFolder();
      await backUpStore(server, backup);
      await publish(page, "two");
      await viewer.until("two");

      await damage(server, backup);
      const told = new RegExp(`control: ${says.source}[^]*edge: ${says.source}`);
      const listed = await untilListed(control, told);
      assert.match(listed, / cut-off /);
      assert.match(listed, /footlight log repair LOG --from FOLDER/);
      await assert.rejects(page.update(pageOf("refused")), { name: "ServiceUnavailable" });
      // Who is started anew has it as well.
      const { dataFolder } = edge;
      await untilCopied(ownCopyFolder(dataFolder, "edge"), 5);
      viewer.pause();
      await edge.kill();
      const again = await startNode(t, server, "edge", dataFolder);
      assert.equal((await view(again.edge, page.host, "/")).body, "two");
      viewer.goOnAt(again);

      const repaired = await footlight("log", "repair", server.address, "--from", dataFolder);
      assert.match(repaired, /^Brought back \d entries, up to revision 5;/);
      await publish(page, "three");
      await viewer.until("three");
      assert.match(await footlight("log", "verify", server.address), /^Revisions 1 to 7 are whole/);
      assert.deepEqual(viewer.bodies, ["one", "two", "three"]);
    });
  }
});

async function startNode(
  t: TestContext,
  { address }: NatsServer,
  command: "control" | "edge",
  dataFolder: string = temporaryFolder(),
): Promise<TestNode> {
  const args = ["--log", address, "--node-name", command];
  const node = await startTestNode({ command, dataFolder, args });
  t.after(() => node.kill());
  return node;
}

/** A change that a node refuses while it looks for its log again. */
async function publish(page: LiveFunction, text: string): Promise<void> {
  for (const act of [() => page.update(pageOf(text)), page.publish]) {
    for (;;) {
      const failure = await act().then(
        () => undefined,
        (error: Error) => error,
      );
      if (failure === undefined) break;
      assert.equal(failure.name, "ServiceUnavailable");
      await setTimeout(50);
    }
  }
}

async function untilListed({ api }: TestNode, told: RegExp): Promise<string> {
  for (;;) {
    const listed = await footlight("nodes", "--api", api);
    if (told.test(listed)) return listed;
  }
}

async function footlight(...args: readonly string[]): Promise<string> {
  return (await promisify(execFile)(process.execPath, [bin, ...args])).stdout;
}

interface Watching {
  /** What a viewer saw, one after the other. */
  readonly bodies: readonly string[];
  readonly until: (body: string) => Promise<void>;
  readonly pause: () => void;
  readonly goOnAt: (edge: TestNode) => void;
}

/** A viewer that asks all the while, of whom none may fail once there was something to see. */
async function watch(t: TestContext, first: TestNode, host: string): Promise<Watching> {
  const bodies: string[] = [];
  let edge: TestNode | undefined = first;
  let isOver = false;
  let failure: Error | undefined;
  const asking = (async () => {
    while (!isOver) {
      const asked: TestNode | undefined = edge;
      if (asked !== undefined) {
        const answer = await view(asked.edge, host, "/").catch((error: Error) => error);
        const isBegun = bodies.length > 0;
        if (answer instanceof Error) {
          if (edge === asked) failure ??= answer;
        } else if (answer.status === 200 && answer.body !== bodies.at(-1)) {
          bodies.push(answer.body);
        } else if (answer.status !== 200 && isBegun) {
          failure ??= new Error(`a viewer got ${answer.status}`);
        }
      }
      await setTimeout(20);
    }
  })();
  t.after(async () => {
    isOver = true;
    await asking;
  });
  return {
    bodies,
    until: async (body) => {
      while (bodies.at(-1) !== body) {
        if (failure !== undefined) throw failure;
        await setTimeout(20);
      }
    },
    pause: () => {
      edge = undefined;
    },
    goOnAt: (next) => {
      edge = next;
    },
  };
}
