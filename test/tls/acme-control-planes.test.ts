/**
 * Two control planes on one log in NATS, both with an address to order certificates by, and pebble: each certificate is ordered once,
 * one that is killed is taken over from at the next, and one that has another key says so and orders nothing.
 */
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { freePort } from "../support/free-port.ts";
import { NatsServer, skipWithoutNats } from "../support/nats-server.ts";
import { skipWithout } from "../support/optional.ts";
import { startPebble, type Pebble } from "../support/pebble.ts";
import { startTestNode, temporaryFolder, type TestNode } from "../support/test-node.ts";

const skip =
  skipWithout(["pebble", "-h"]) || skipWithout(["pebble-challtestsrv", "-h"]) || skipWithoutNats();
const patienceMs = 90_000;
const names = ["a.example.com", "b.example.com", "c.example.com"];

let nats: NatsServer;
let pebble: Pebble;
let ports: { http: number; tls: number };
const folders = [temporaryFolder(), temporaryFolder(), temporaryFolder()] as const;
const nodes: TestNode[] = [];

async function start(folder: string, ...args: string[]): Promise<TestNode> {
  const node = await startTestNode({
    command: "control",
    dataFolder: folder,
    args: [
      ...["--log", nats.address, "--acme-email", "me@example.com", "--acme-challenge", "http-01"],
      ...["--acme-directory", pebble.directory, ...args],
    ],
    environment: { NODE_EXTRA_CA_CERTS: pebble.trusted },
  });
  nodes.push(node);
  return node;
}

function withNames(more: readonly string[] = []): string[] {
  return ["--acme-names", [...names, ...more].join(",")];
}

before(async () => {
  if (skip !== false) return;
  const [http, tls] = await Promise.all([freePort(), freePort()]);
  ports = { http, tls };
  nats = await NatsServer.start();
  pebble = await startPebble({ httpPort: http, tlsPort: tls, validityS: 86_400 });
});
after(async () => {
  if (skip !== false) return;
  await Promise.all(nodes.map((node) => node.stop()));
  await pebble.stop();
  await nats.stop();
});

interface Told {
  readonly type: string;
  readonly fact: { readonly name?: string; readonly holder?: string };
}

async function changesOf(node: TestNode): Promise<Told[]> {
  const answer = await fetch(`${node.api}/footlight/v1/changes?limit=1000`);
  return ((await answer.json()) as { readonly data: { readonly items: Told[] } }).data.items;
}

async function issuedBy(node: TestNode): Promise<string[]> {
  const changes = await changesOf(node);
  const issued = changes.filter(({ type }) => type === "certificate-issued");
  return issued.map(({ fact }) => fact.name ?? "").toSorted();
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await isSo())) {
    assert.ok(performance.now() < deadline, nodes.map((node) => node.stderr()).join("\n"));
    await setTimeout(50);
  }
}

test("each certificate is ordered once, whichever of two orders it", { skip }, async () => {
  const [one, two] = folders;
  const first = await start(one);
  // Before there is a log, each would make a key of its own.
  copyFileSync(join(one, "certificate.key"), join(two, "certificate.key"));
  await startTestNode({
    command: "edge",
    edgePort: ports.http,
    args: ["--log", nats.address],
  }).then((edge) => nodes.push(edge));
  await first.stop();
  const both = await Promise.all([start(one, ...withNames()), start(two, ...withNames())]);
  await until(async () => (await issuedBy(both[0])).length >= names.length);
  // Who would order a second one has begun to by now.
  await setTimeout(2000);
  assert.deepEqual(await issuedBy(both[1]), names);
  const orders = (await changesOf(both[0])).filter(({ type }) => type === "certificate-order-set");
  assert.deepEqual(new Set(orders.map(({ fact }) => fact.name)), new Set(names));
  assert.equal(orders.length, names.length);
  const audit = JSON.stringify(await changesOf(both[0]));
  assert.doesNotMatch(audit, /PRIVATE KEY|sealed_key/);
  await both[0].kill();
  await both[1].stop();
  // What it is asked for next it orders alone.
  const again = await start(two, ...withNames(["d.example.com"]));
  await until(async () => (await issuedBy(again)).includes("d.example.com"));
});

test("one with another key is not started, and says what to do", { skip }, async () => {
  const other = folders[2];
  mkdirSync(other, { recursive: true });
  await assert.rejects(start(other, ...withNames()), /there is no .*certificate\.key/);
  await start(other, ...withNames(), "--acme-order-anew");
});
