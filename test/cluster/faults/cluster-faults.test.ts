/**
 * A cluster whose processes are killed and paused, whose cables are pulled, whose packets are lost and late
 * and whose disks are full, while callers change it and viewers ask it: nothing that was acknowledged is lost,
 * If-Match is answered as by one register, nobody sees what was not accepted, half of a change, or an older
 * one than before, and viewers notice nothing of it.
 *
 * FOOTLIGHT_CLUSTER_CHANGES says how many changes are acknowledged before it ends (60), FOOTLIGHT_FUZZ_SEED
 * which program of faults it is.
 */
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { ListFunctionsCommand, type CloudFrontClient } from "@aws-sdk/client-cloudfront";
import type { ListedNode } from "../../../src/cli/nodes.ts";
import { skipWithoutNats } from "../../support/nats-server.ts";
import { patientClient } from "../../support/patient-client.ts";
import { randomFrom } from "../../support/sample-random.ts";
import { verifyNamedLog } from "../../../src/node/named-logs.ts";
import { defaultOptions } from "../../../src/node/options.ts";
import { findImpossible, findWrongAnswers, seenAtOnce } from "./check-history.ts";
import { Clients } from "./clients.ts";
import { runFaults } from "./faults.ts";
import { skipWithoutNamespaces } from "./network.ts";
import { createPage, createPair, type Resource } from "./resources.ts";
import { buildScene, type NodeVictim, type Scene } from "./scene.ts";
import { Viewers } from "./viewers.ts";

const seed = Number(process.env["FOOTLIGHT_FUZZ_SEED"] ?? 1);
const enough = Number(process.env["FOOTLIGHT_CLUSTER_CHANGES"] ?? 60);
const callers = 3;
/** After which nobody waits for more changes: a second for each, and a busy machine's time. */
const longestMs = 120_000 + enough * 1500;
/** From the last fault until all have the same. */
const healMs = 90_000;

suite(
  `a cluster with faults, ${enough} changes, FOOTLIGHT_FUZZ_SEED=${seed}`,
  { skip: skipWithoutNats() || skipWithoutNamespaces() },
  () => {
    let scene: Scene;
    before(async () => {
      scene = await buildScene(randomFrom(seed));
    });
    after(() => scene?.close());

    test(
      "loses nothing, is never half-changed or set back, and serves all viewers",
      { timeout: longestMs + healMs + 60_000 },
      async (t) => {
        const resources = await createResources(scene);
        const clients = new Clients(scene.controls, resources);
        const viewers = new Viewers(resources);
        await untilAllHaveAll(scene);

        const beganAt = performance.now();
        const [changing, asking] = [new AbortController(), new AbortController()];
        const late = setTimeout(longestMs, undefined, { signal: changing.signal, ref: false }).then(
          () => changing.abort(),
          () => {},
        );
        const asked = scene.edges.map((edge) => viewers.run(edge, asking.signal));
        const faulty = runFaults(scene, {
          random: randomFrom(seed),
          signal: changing.signal,
          note: (what) => t.diagnostic(`${Math.round(performance.now() - beganAt)} ms, ${what}`),
        });
        await Promise.all(
          Array.from({ length: callers }, (_, index) =>
            clients.run(randomFrom(seed * 31 + index), enough, changing.signal),
          ),
        );
        changing.abort();
        await Promise.all([late, faulty]);
        try {
          await untilAllHaveAll(scene);
        } finally {
          asking.abort();
          await Promise.all(asked);
          t.diagnostic(JSON.stringify({ ...clients.counts, answers: viewers.answers }));
        }

        for (const control of scene.controls) await clients.readAll(control);
        const wrong = [
          ...clients.surprises,
          ...viewers.failures,
          ...resources.flatMap((resource) => findWrong(resource, { scene, clients, viewers })),
          ...(await findWrongPresences(scene, clients)),
        ];
        assert.deepEqual(wrong, []);
        assert.ok(clients.counts.done >= enough, `only ${clients.counts.done} changes were made`);
        await verifyNamedLog(scene.log, defaultOptions);
      },
    );
  },
);

async function createResources({ controls, originPort }: Scene): Promise<readonly Resource[]> {
  const client = patientClient(controls[0]!.node.api);
  return [
    await createPage(client, "home", originPort),
    await createPage(client, "shop", originPort),
    await createPair(client, originPort),
  ];
}

interface Found {
  readonly scene: Scene;
  readonly clients: Clients;
  readonly viewers: Viewers;
}

function findWrong(resource: Resource, { scene, clients, viewers }: Found): string[] {
  const { history, publish } = resource;
  const impossible = findImpossible(history);
  const all = [...scene.controls, ...scene.edges];
  const hasDisk = (name: string, life: number): boolean =>
    all.some((one) => one.name === name && !one.wasFull(life));
  const drafts = seenAtOnce(history);
  const live = publish === undefined ? drafts : history;
  return [
    ...(impossible === undefined ? [] : [impossible]),
    ...findWrongAnswers(live, viewers.seen.get(resource)!, hasDisk),
    ...findWrongAnswers(drafts, clients.shown.get(resource)!, hasDisk),
  ];
}

async function findWrongPresences({ controls }: Scene, clients: Clients): Promise<string[]> {
  const wrong: string[] = [];
  for (const { name, client } of controls) {
    const there = await listNames(client);
    for (const [brief, presence] of clients.presences) {
      const isThere = there.has(brief);
      if (presence === "either" || isThere === (presence === "present")) continue;
      wrong.push(`${brief} is ${isThere ? "" : "not "}at ${name}, and was to be ${presence}`);
    }
  }
  return wrong;
}

async function listNames(client: CloudFrontClient): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for (let Marker: string | undefined; ;) {
    const { FunctionList } = await client.send(new ListFunctionsCommand({ Marker }));
    for (const { Name } of FunctionList?.Items ?? []) names.add(Name ?? "");
    Marker = FunctionList?.NextMarker;
    if (Marker === undefined) return names;
  }
}

/** Until every node is told by both control nodes to be ready at one revision. */
async function untilAllHaveAll({ controls, edges }: Scene): Promise<void> {
  const names = [...controls, ...edges].map(({ name }) => name).toSorted();
  const deadline = performance.now() + healMs;
  for (;;) {
    const lists = await Promise.all(controls.map(listNodes));
    const heads = new Set(lists.flat().map(({ revision, head }) => `${revision} ${head}`));
    const isReady = lists.every(
      (list) =>
        list
          .map(({ name }) => name)
          .toSorted()
          .join() === names.join() && list.every(({ state }) => state === "ready"),
    );
    if (isReady && heads.size === 1) return;
    if (performance.now() > deadline) {
      const texts = [...controls, ...edges].map(({ name, stderr }) => `${name}: ${stderr}`);
      assert.fail(`not all came back: ${JSON.stringify(lists)}\n${texts.join("\n")}`);
    }
    await setTimeout(200);
  }
}

async function listNodes({ node }: NodeVictim): Promise<readonly ListedNode[]> {
  const response = await fetch(new URL("/footlight/v1/nodes", node.api), {
    signal: AbortSignal.timeout(healMs),
  });
  const { data } = (await response.json()) as {
    readonly data: { readonly items: readonly ListedNode[] };
  };
  return data.items;
}
