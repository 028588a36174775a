/**
 * How soon do many edges have a change, when is that known, and what does it cost the servers and the
 * control plane?
 *
 * A nats-server, a control node's log and roster, and followers that are whole but for their workers: each has a log and a connection
 * of its own and answers in its group, many to a process. Changes of 4 KB come every 100 ms. "delivered" is from just before the
 * append until a follower is told, of all followers and changes; "known" until the control node knows that
 * all have it. Messages and bytes are the control node's, and "ms" processor time, for each change. "idle" is the server's processor
 * time while nothing changes: every follower looks each two seconds whether it missed something.
 *
 * "through the API": two control nodes as processes, 16 callers each that tag a distribution.
 *
 * Run: node bench/how-far-does-a-change-travel.bench.ts [--followers 10,100,1000] [--groups 50] [--changes 50] [--calls 4000]
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { JetStreamLog } from "../src/log/jetstream-log.ts";
import { defaultJetStreamOptions } from "../src/log/jetstream-options.ts";
import type { SideChannel } from "../src/log/side-channel.ts";
import { CircleMember } from "../src/node/roster/circle-member.ts";
import type { NodeReport } from "../src/node/roster/node-report.ts";
import { Roster } from "../src/node/roster/roster.ts";
import { Rounds } from "../src/node/roster/rounds.ts";
import { createLiveFunction, pageOf } from "../test/support/live-function.ts";
import { NatsServer } from "../test/support/nats-server.ts";
import { startTestNode } from "../test/support/test-node.ts";
import { quantileOf } from "./statistics.ts";

const everyMs = 100;
const idleMs = 4000;
const changeBytes = 4096;
const openAtOnce = 25;
const perProcess = 500;
const ticksASecond = 100;

interface FollowOrder {
  readonly address: string;
  readonly prefix: string;
  readonly first: number;
  readonly count: number;
  readonly groups: number;
}

/** Since the system started, the same in all processes. */
function clock(): number {
  return performance.timeOrigin + performance.now();
}

function reportOf(id: string, group: string | undefined, revision: number): NodeReport {
  return {
    ...{ id, name: id, kind: group === undefined ? "control" : "edge", revision, head: "" },
    ...(group !== undefined && { group }),
    ...{ version: "0.1.0", since: "2026-11-28T21:14:03.197Z", address: "http://127.0.0.1:8080" },
    ...{ logReachable: true, aheadOfLog: 0 },
  };
}

/** In a process of its own: many followers, and how long each entry took to each of them. */
async function follow({ address, prefix, first, count, groups }: FollowOrder): Promise<void> {
  const delays: number[] = [];
  const members: CircleMember[] = [];
  const openOne = async (index: number): Promise<void> => {
    const log = await JetStreamLog.open(address, { ...defaultJetStreamOptions, prefix }, false);
    let revision = await log.lastRevision();
    const listeners = new Set<() => void>();
    log.follow(revision, (entry) => {
      delays.push(clock() - new DataView(entry.bytes.buffer).getFloat64(0));
      ({ revision } = entry);
      for (const listener of listeners) listener();
    });
    const member = new CircleMember({
      channel: log.sideChannel,
      report: () => reportOf(`edge-${index}`, `site-${index % groups}`, revision),
      onApplied: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    });
    members.push(member);
  };
  for (let opened = 0; opened < count; opened += openAtOnce) {
    const some = Math.min(openAtOnce, count - opened);
    await Promise.all(Array.from({ length: some }, (_, index) => openOne(first + opened + index)));
  }
  process.on("message", () => process.send?.(delays.splice(0)));
  process.once("disconnect", () => {
    for (const member of members) member.stop();
    setImmediate(() => process.exit());
  });
  process.send?.("following");
}

async function startFollowers(order: Omit<FollowOrder, "first">): Promise<ChildProcess[]> {
  const children: ChildProcess[] = [];
  for (let first = 0; first < order.count; first += perProcess) {
    const count = Math.min(perProcess, order.count - first);
    const child = fork(import.meta.filename, [
      "--follow",
      JSON.stringify({ ...order, first, count }),
    ]);
    children.push(child);
    await once(child, "message");
  }
  return children;
}

class Counts {
  messages = 0;
  bytes = 0;

  add(message: Uint8Array): void {
    this.messages += 1;
    this.bytes += message.length;
  }

  watching(channel: SideChannel): SideChannel {
    return {
      isConnected: channel.isConnected,
      noteRevision: channel.noteRevision,
      tell: channel.tell,
      listen: (subject, hear, circle) =>
        channel.listen(
          subject,
          (message, from) => {
            if (subject === "report.>") this.add(message);
            hear(message, from);
          },
          circle,
        ),
    };
  }
}

async function travel(
  server: NatsServer,
  followers: number,
  { groups: most, changes }: { readonly groups: number; readonly changes: number },
): Promise<Record<string, unknown>> {
  const prefix = `many-${followers}`;
  const groups = Math.min(most, Math.ceil(followers / 10));
  const log = await JetStreamLog.open(server.address, { ...defaultJetStreamOptions, prefix });
  const children = await startFollowers({
    address: server.address,
    prefix,
    count: followers,
    groups,
  });

  let revision = 0;
  const counts = new Counts();
  const roster = new Roster({
    ...{ ownId: "control", goneAfterMs: 30_000 },
    isHeldGroup: () => false,
    now: () => performance.now(),
  });
  const rounds = new Rounds({
    ...{ channel: counts.watching(log.sideChannel), roster, id: "control" },
    state: () => ({ revision, head: "" }),
    goneAfterMs: 30_000,
  });
  const member = new CircleMember({
    channel: log.sideChannel,
    report: () => reportOf("control", undefined, revision),
    onApplied: () => () => {},
  });
  while (roster.list().length <= followers || !roster.hasApplied(0)) await setTimeout(20);

  const idleFrom = cpuMs(server.pid);
  await setTimeout(idleMs);
  const idle = (cpuMs(server.pid) - idleFrom) / idleMs;

  const cpuFrom = cpuMs(server.pid);
  const followersFrom = cpuOfAll(children);
  const beganAt = performance.now();
  const known: number[] = [];
  Object.assign(counts, { messages: 0, bytes: 0 });
  for (let done = 0; done < changes; done += 1) {
    const bytes = new Uint8Array(changeBytes);
    const sentAt = clock();
    new DataView(bytes.buffer).setFloat64(0, sentAt);
    revision = (await log.append(bytes, revision)) ?? revision;
    rounds.noteChange();
    while (!roster.hasApplied(revision)) await setTimeout(2);
    known.push(clock() - sentAt);
    await setTimeout(Math.max(0, everyMs - (clock() - sentAt)));
  }
  const tookMs = performance.now() - beganAt;
  const serverMs = (cpuMs(server.pid) - cpuFrom - idle * tookMs) / changes;

  const followersMs = (cpuOfAll(children) - followersFrom) / changes;

  const delays: number[] = [];
  for (const child of children) {
    child.send("delays");
    const [some] = (await once(child, "message")) as [number[]];
    delays.push(...some);
  }
  if (delays.length !== followers * changes) throw new Error(`${delays.length} were delivered`);
  for (const child of children) child.disconnect();
  rounds.stop();
  member.stop();
  await log.close();
  const at = (times: number[], share: number): string =>
    quantileOf(
      times.toSorted((a, b) => a - b),
      share,
    ).toFixed(0);
  return {
    followers,
    groups,
    "delivered p50 ms": at(delays, 0.5),
    "p99 ms": at(delays, 0.99),
    "known p50 ms": at(known, 0.5),
    "messages in": (counts.messages / changes).toFixed(1),
    "bytes in": (counts.bytes / changes).toFixed(0),
    "server ms": serverMs.toFixed(1),
    "followers ms": followersMs.toFixed(1),
    "server idle %": (idle * 100).toFixed(1),
    "server MiB": residentMiB(server.pid).toFixed(0),
  };
}

function cpuOfAll(children: readonly ChildProcess[]): number {
  return children.reduce((sum, { pid }) => sum + cpuMs(pid!), 0);
}

/** Processor time of a process so far. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksASecond;
}

function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

/** Two writers that decide on what they have seen, and decide again where the other was first. */
async function appends(server: NatsServer, count: number): Promise<Record<string, unknown>> {
  const options = { ...defaultJetStreamOptions, prefix: "appends" };
  const logs = [await JetStreamLog.open(server.address, options)];
  logs.push(await JetStreamLog.open(server.address, options));
  const beganAt = performance.now();
  let appended = 0;
  await Promise.all(
    logs.map(async (log) => {
      let last = 0;
      log.follow(0, ({ revision }) => (last = Math.max(last, revision)));
      while (appended < count) {
        const revision = await log.append(new Uint8Array(changeBytes), last);
        if (revision === undefined) await new Promise(setImmediate);
        else {
          last = Math.max(last, revision);
          appended += 1;
        }
      }
    }),
  );
  const rate = appended / ((performance.now() - beganAt) / 1000);
  await Promise.all(logs.map((log) => log.close()));
  return { what: "two writers at the log", "a second": rate.toFixed(0) };
}

async function calls(server: NatsServer, count: number): Promise<Record<string, unknown>> {
  const args = ["--log", server.address, "--log-prefix", "calls"];
  const nodes = [await startTestNode({ command: "control", args })];
  nodes.push(await startTestNode({ command: "control", args }));
  const page = { name: "page", source: pageOf("one"), originPort: 9000 };
  const { distributionId } = await createLiveFunction(nodes[0]!.client, page);
  const arn = `arn:aws:cloudfront::000000000000:distribution/${distributionId}`;
  const path = `/2020-05-31/tagging?Operation=Tag&Resource=${encodeURIComponent(arn)}`;
  // Until the second node has heard of the distribution.
  for (const { api } of nodes) while ((await tag(api, path, 0)) !== 204) await setTimeout(20);
  const agent = new Agent({ keepAlive: true });
  const beganAt = performance.now();
  let made = 0;
  const caller = async (api: string): Promise<void> => {
    while (made < count) {
      made += 1;
      const status = await tag(api, path, made, agent);
      if (status !== 204) throw new Error(`TagResource answered ${status}`);
    }
  };
  await Promise.all(nodes.flatMap(({ api }) => Array.from({ length: 16 }, () => caller(api))));
  const rate = made / ((performance.now() - beganAt) / 1000);
  agent.destroy();
  for (const node of nodes) await node.kill();
  return { what: "two control nodes, through the API", "a second": rate.toFixed(0) };
}

async function tag(api: string, path: string, value: number, agent?: Agent): Promise<number> {
  const tagged = `<Tag><Key>count</Key><Value>${value}</Value></Tag>`;
  const body = `<Tags xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Items>${tagged}</Items></Tags>`;
  const asked = request(new URL(path, api), { method: "POST", ...(agent && { agent }) });
  asked.end(body);
  const [response] = (await once(asked, "response")) as [import("node:http").IncomingMessage];
  response.resume();
  await once(response, "end");
  return response.statusCode ?? 0;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      followers: { type: "string", default: "10,100,1000" },
      groups: { type: "string", default: "50" },
      changes: { type: "string", default: "50" },
      calls: { type: "string", default: "4000" },
    },
  });
  const rows: Record<string, unknown>[] = [];
  const size = { groups: Number(values.groups), changes: Number(values.changes) };
  for (const followers of values.followers.split(",").map(Number)) {
    const server = await NatsServer.start();
    try {
      rows.push(await travel(server, followers, size));
    } finally {
      await server.stop();
    }
  }
  console.table(rows);
  const server = await NatsServer.start();
  try {
    const count = Number(values.calls);
    console.table([await appends(server, count), await calls(server, count)]);
  } finally {
    await server.stop();
  }
}

const [flag, order] = process.argv.slice(2);
if (flag === "--follow" && order !== undefined) await follow(JSON.parse(order) as FollowOrder);
else await main();
