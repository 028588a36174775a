/**
 * What resources of Terraform's AWS provider 6 ask, call by call: `test/fixtures/terraform-6` has for each of them the calls of
 * create, read, update and delete, restated from the provider's public source and documentation, and what it needs of the
 * answers. No version of that provider runs here; 5.100 does, in test/aws-clients.
 *
 * After create, read is played twice: a second plan must find what the first has written.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import * as sdk from "@aws-sdk/client-cloudfront";
import { startTestNode, temporaryFolder, type TestNode } from "../support/test-node.ts";
import { startTestOrigin, type TestOrigin } from "../support/test-origin.ts";
import { view } from "../support/viewer.ts";
import { makeClientRoot } from "../tls/client-authority.ts";

const folder = resolve(import.meta.dirname, "../fixtures/terraform-6");

/** Values of answers by their paths, like `VpcOrigin.Status`. */
type Values = Readonly<Record<string, unknown>>;

interface Call {
  readonly call: string;
  /** `$NAME` is what an earlier call kept; `bytes:` begins what is sent and compared as bytes. */
  readonly with: object;
  /** Paths in the answer, by the names that later calls know them by. */
  readonly keep?: Readonly<Record<string, string>>;
  readonly has?: Values;
  /** What must not be there: the provider would plan to take it away. */
  readonly lacks?: readonly string[];
  /** As `has`, of what becomes so: the provider asks again and again. */
  readonly until?: Values;
  /** The error that the provider goes on from. */
  readonly fails?: string;
}

interface View {
  readonly view: { readonly host: string; readonly path: string };
  /** What the origin is asked for. */
  readonly answer: string;
}

type Step = Call | View;

interface Scenario {
  readonly resource: string;
  readonly create: readonly Step[];
  readonly read: readonly Step[];
  readonly update: readonly Step[];
  readonly delete: readonly Step[];
}

let node: TestNode;
let origin: TestOrigin;

before(async () => {
  const bundles = join(temporaryFolder(), "bundles");
  mkdirSync(bundles);
  const [one, two] = await Promise.all([makeClientRoot(), makeClientRoot()]);
  writeFileSync(join(bundles, "one.pem"), one.certificate);
  writeFileSync(join(bundles, "two.pem"), one.certificate + two.certificate);
  origin = await startTestOrigin((request, response) => response.end(request.url));
  node = await startTestNode({ args: ["--import-sources", `bundles=${bundles}`] });
});
after(async () => {
  await Promise.all([node.stop(), origin.close()]);
});

for (const file of readdirSync(folder)) {
  const scenario = JSON.parse(readFileSync(join(folder, file), "utf8")) as Scenario;
  test(`${scenario.resource} is created, planned, changed and destroyed`, async () => {
    const kept = new Map<string, unknown>([["originPort", origin.port]]);
    const { create, read, update, delete: destroy } = scenario;
    for (const step of [...create, ...read, ...read, ...update, ...destroy]) {
      await ("call" in step ? play(step, kept) : look(step));
    }
  });
}

async function look({ view: { host, path }, answer }: View): Promise<void> {
  assert.equal((await view(node.edge, host, path)).body, answer, `${host}${path}`);
}

async function play(step: Call, kept: Map<string, unknown>): Promise<void> {
  const input = filled(step.with, kept) as object;
  if (step.fails !== undefined) {
    await assert.rejects(send(step.call, input), { name: step.fails });
    return;
  }
  let answer = await send(step.call, input);
  for (let again = 0; again < 1000 && !isSo(answer, step.until, kept); again += 1) {
    await wait(50);
    answer = await send(step.call, input);
  }
  for (const [path, value] of Object.entries({ ...step.until, ...step.has })) {
    assert.deepEqual(valueAt(answer, path), filled(value, kept), `${path} of ${step.call}`);
  }
  for (const path of step.lacks ?? []) {
    assert.equal(valueAt(answer, path), undefined, `${path} of ${step.call}`);
  }
  for (const [name, path] of Object.entries(step.keep ?? {})) {
    const value = valueAt(answer, path);
    assert.notEqual(value, undefined, `${path} of ${step.call}`);
    kept.set(name, value);
  }
}

async function send(name: string, input: object): Promise<unknown> {
  const Command = (sdk as unknown as Record<string, new (input: object) => never>)[
    `${name}Command`
  ];
  assert.ok(Command !== undefined, `the SDK has no ${name}`);
  return node.client.send(new Command(input));
}

function isSo(answer: unknown, until: Values = {}, kept: Map<string, unknown>): boolean {
  return Object.entries(until).every(
    ([path, value]) => valueAt(answer, path) === filled(value, kept),
  );
}

function valueAt(answer: unknown, path: string): unknown {
  let value = answer;
  for (const name of path.split(".")) {
    value = (value as Record<string, unknown> | undefined)?.[name];
  }
  // The SDK's own kind of bytes is no plain one.
  return value instanceof Uint8Array ? Uint8Array.from(value) : value;
}

/** With what was kept in the places of names. */
function filled(value: unknown, kept: Map<string, unknown>): unknown {
  if (typeof value === "string") {
    if (value.startsWith("bytes:")) return new Uint8Array(Buffer.from(value.slice(6)));
    return value.startsWith("$") ? kept.get(value.slice(1)) : value;
  }
  if (Array.isArray(value)) return value.map((item) => filled(item, kept));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, filled(item, kept)]),
  );
}
