/**
 * Publishing in waves on a whole node: what viewers get, what the command says, and how fast a bad version is gone.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { Agent } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import {
  CreateDistributionCommand,
  DeleteFunctionCommand,
  DescribeFunctionCommand,
  GetFunctionCommand,
  PublishFunctionCommand,
} from "@aws-sdk/client-cloudfront";
import { untilKept } from "./support/kept.ts";
import { buildConfig } from "./support/distribution-config.ts";
import { createLiveFunction, pageOf, type LiveFunction } from "./support/live-function.ts";
import { startTestNode, type TestNode } from "./support/test-node.ts";
import { startTestOrigin } from "./support/test-origin.ts";
import { view } from "./support/viewer.ts";
import { skipWithoutLoopbackNet, ViewerCrowd, viewFrom } from "./support/viewer-crowd.ts";

const bin = join(import.meta.dirname, "../bin/footlight.mjs");

let node: TestNode;
before(async () => {
  node = await startTestNode({ workers: 2, args: ["--version-cookies", "on"] });
});
after(() => node.stop());

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function footlight(...args: readonly string[]): Promise<Ran> {
  return start(...args).ended;
}

/** A command that is under way. */
function start(...args: readonly string[]): {
  readonly ended: Promise<Ran>;
  readonly whenSaid: (words: string) => Promise<void>;
} {
  const child = spawn(process.execPath, [bin, ...args, "--api", node.api]);
  const exit = new Promise<number | null>((done) => void child.on("exit", done));
  let said = "";
  child.stdout.on("data", (bytes: Buffer) => (said += bytes.toString()));
  const run = async (): Promise<Ran> => {
    const [code, stdout, stderr] = await Promise.all([
      exit,
      text(child.stdout),
      text(child.stderr),
    ]);
    return { code, stdout, stderr };
  };
  return {
    ended: run(),
    whenSaid: async (words) => {
      while (!said.includes(words) && child.exitCode === null) await wait(20);
    },
  };
}

/** As the function "one" on a distribution of its own, with a next version in DEVELOPMENT. */
async function functionWith(name: string, next: string): Promise<LiveFunction> {
  const fn = await createLiveFunction(node.client, { name, source: pageOf("one"), originPort: 80 });
  await fn.update(next);
  return fn;
}

const liveBody = async (name: string): Promise<string> => {
  const { FunctionCode } = await node.client.send(
    new GetFunctionCommand({ Name: name, Stage: "LIVE" }),
  );
  return Buffer.from(FunctionCode ?? []).toString();
};

/** Viewers from many addresses, who ask as fast as they can. */
class Crowd {
  readonly #host: string;
  #isAsking = true;
  readonly #asking: Promise<unknown>;
  asked = 0;
  /** When a viewer asked last that got something else than "one", by Date.now(). */
  lastOtherAt = 0;

  constructor(host: string) {
    this.#host = host;
    this.#asking = Promise.all(Array.from({ length: 4 }, () => this.#ask()));
  }

  async #ask(): Promise<void> {
    while (this.#isAsking) {
      const local = `127.0.${1 + Math.floor(Math.random() * 50)}.${1 + Math.floor(Math.random() * 250)}`;
      const askedAt = Date.now();
      const { body } = await viewFrom(node.edge, this.#host, local);
      this.asked += 1;
      if (body !== "one") this.lastOtherAt = Math.max(this.lastOtherAt, askedAt);
    }
  }

  async stop(): Promise<void> {
    this.#isAsking = false;
    await this.#asking;
  }
}

const linux = { skip: skipWithoutLoopbackNet };

test(
  "a version that throws is taken back in its first wave, within a second",
  linux,
  async (context) => {
    const bad =
      "function handler() { if (Math.random() < 0.5) { throw new Error('no'); } return { statusCode: 200, body: 'two' }; }";
    const { host } = await functionWith("throws", bad);
    const crowd = new Crowd(host);
    const published = await footlight(
      ...["publish", "throws", "--waves", "30% 10m, 100%", "--gates", "errors", "--message", "two"],
    );
    assert.equal(published.code, 3, published.stdout + published.stderr);
    assert.match(
      published.stdout,
      /Version 2 of throws was taken back in wave 1 of 2 by the gate errors, execution and validation errors: \d+ of \d+ \(.* %\) with version 2, and 0 of \d+ \(0 %\) with version 1\. All viewers get version 1\./,
    );
    await wait(300);
    await crowd.stop();
    const told = JSON.parse((await footlight("waves", "throws", "--json")).stdout) as {
      readonly ended: { readonly at: string };
    };
    const revertMs = Math.max(0, crowd.lastOtherAt - Date.parse(told.ended.at));
    assert.ok(revertMs < 5000, `who asked ${revertMs} ms after the decision got it still`);
    const { stdout } = await footlight("history", "throws");
    assert.match(stdout, /\n2 +bad /);
    assert.match(stdout, /taken back by gate errors/);
    context.diagnostic(
      `${crowd.asked} requests; nobody who asked ${revertMs} ms after the decision got it`,
    );
  },
);

test("waves lead to all viewers, and LIVE is the earlier version until then", linux, async () => {
  const { host } = await functionWith("goes", pageOf("two"));
  const crowd = new ViewerCrowd({ edge: node.edge, host, net: 60, viewers: 500 });
  const before = await node.client.send(
    new DescribeFunctionCommand({ Name: "goes", Stage: "LIVE" }),
  );
  // The second lasts until this test has looked, however slow the machine is.
  const publishing = start(
    ...["publish", "goes", "--waves", "canary 1s, 50% 1h, 100%", "--min-requests", "10"],
  );
  while (!(await footlight("waves", "goes", "--json")).stdout.includes('"wave":2')) await wait(20);
  assert.match(await liveBody("goes"), /one/);
  const during = await node.client.send(
    new DescribeFunctionCommand({ Name: "goes", Stage: "LIVE" }),
  );
  assert.deepEqual(
    during.FunctionSummary?.FunctionMetadata,
    before.FunctionSummary?.FunctionMetadata,
  );
  await publishing.whenSaid("wave 2 of 3");
  assert.equal((await footlight("waves", "goes", "finish")).code, 0);
  const { code, stdout, stderr } = await publishing.ended;
  await crowd.stop();
  assert.equal(code, 0, stdout + stderr);
  assert.match(
    stdout,
    /wave 1 of 3: 5 %, .*\n(.*\n)*wave 2 of 3: 50 %, .*\n(.*\n)*All viewers of goes get version 2\.\n$/,
  );
  assert.match(await liveBody("goes"), /two/);
  assert.equal((await view(node.edge, host, "/")).body, "two");
  // Whichever worker a viewer came to.
  for (const got of crowd.got.values()) assert.match(got.join(), /^(one|two|one,two)$/);
});

test(
  "a cookie keeps a viewer with its version from whatever address, and no header chooses without its token",
  linux,
  async () => {
    const source = (body: string): string => `
    function handler(event) {
      var r = event.request;
      var seen = [r.headers.cookie, r.headers['x-footlight-version'], Object.keys(r.cookies).join()].join();
      return { statusCode: 200, body: '${body} ' + seen };
    }`;
    const { host, update, publish } = await createLiveFunction(node.client, {
      ...{ name: "sticks", source: source("one"), originPort: 80 },
    });
    await update(source("two"));
    const token = "correct-horse-battery";
    const begun = await footlight(...["publish", "sticks", "--to", "50%", "--test-token", token]);
    assert.equal(begun.code, 0, begun.stderr);
    assert.match(begun.stdout, /It stays like that/);

    for (let index = 1; index <= 20; index += 1) {
      const first = await viewFrom(node.edge, host, `127.0.3.${index}`);
      const cookies = [first.headers["set-cookie"] ?? []].flat();
      assert.equal(cookies.length, 1);
      const cookie = cookies[0]!.split(";")[0]!;
      for (const other of [101, 102, 103]) {
        const agent = new Agent({ localAddress: `127.0.4.${other}` });
        const again = await view(node.edge, host, "/", {
          agent,
          headers: { cookie: `a=1; ${cookie}` },
        });
        agent.destroy();
        assert.equal(again.body.split(" ")[0], first.body.split(" ")[0]);
        assert.equal(again.headers["set-cookie"], undefined);
        assert.equal(again.body.split(" ")[1], ",,a", "the edge's own cookie goes no further");
      }
      const forged = cookie.slice(0, -1) + (cookie.endsWith("A") ? "B" : "A");
      assert.equal(
        (await view(node.edge, host, "/", { headers: { cookie: forged } })).headers[
          "set-cookie"
        ] !== undefined,
        true,
      );
    }

    const chosen = async (header: string): Promise<string> =>
      (await view(node.edge, host, "/", { headers: { "x-footlight-version": header } })).body;
    assert.equal(await chosen(`2 ${token}`), "two ,,");
    assert.equal(await chosen(`1 ${token}`), "one ,,");
    const own = (await view(node.edge, host, "/")).body;
    for (const header of [`2 ${token}x`, "2", `3 ${token}`, "2 "])
      assert.equal(await chosen(header), own);
    await publish();
    assert.equal(await chosen(`1 ${token}`), "two ,,", "the token is the publish's");
  },
);

test("neither header nor cookie reaches an origin or a cache key, and what is kept is kept apart by version", async (t) => {
  const origin = await startTestOrigin((request, response) => {
    response.writeHead(200, { "cache-control": "max-age=60" });
    response.end(JSON.stringify(request.headers));
  });
  t.after(() => origin.close());
  const marked = (by: string): string =>
    `function handler(event) { event.request.headers['x-by'] = { value: '${by}' }; return event.request; }`;
  const name = "marks";
  const { host: kept, update } = await createLiveFunction(node.client, {
    ...{ name, source: marked("one"), originPort: origin.port },
  });
  const config = buildConfig({
    ...{ callerReference: "all headers", originPort: origin.port, viewerRequest: name },
    cookies: "all",
  });
  config.DefaultCacheBehavior!.ForwardedValues!.Headers = { Quantity: 1, Items: ["*"] };
  const { Distribution } = await node.client.send(
    new CreateDistributionCommand({ DistributionConfig: config }),
  );
  const forwarded = Distribution?.DomainName ?? "";
  await update(marked("two"));
  const token = "correct-horse-battery";
  assert.equal((await footlight("publish", name, "--to", "50%", "--test-token", token)).code, 0);

  const words = { 1: "one", 2: "two" } as const;
  const first = await view(node.edge, forwarded, "/");
  const [cookie = ""] = String(first.headers["set-cookie"]).split(";");
  assert.match(cookie, /^footlight-version-/);
  for (const version of [1, 2] as const) {
    const headers = { "x-footlight-version": `${version} ${token}`, cookie: `a=1; ${cookie}` };
    const { body } = await view(node.edge, forwarded, "/", { headers });
    const seen = JSON.parse(body) as Record<string, string>;
    assert.equal(seen["x-by"], words[version]);
    assert.equal(seen["cookie"], "a=1");
    assert.equal(seen["x-footlight-version"], undefined);

    const asked = async (): Promise<readonly [string, unknown]> => {
      const answer = await view(node.edge, kept, "/page", { headers });
      return [
        (JSON.parse(answer.body) as Record<string, string>)["x-by"]!,
        answer.headers["x-cache"],
      ];
    };
    assert.deepEqual(await asked(), [words[version], "Miss from cloudfront"]);
    await untilKept(node, kept, "/page", { isApart: version === 2 });
    assert.deepEqual(await asked(), [words[version], "Hit from cloudfront"]);
  }
  // Whichever version is its own, what the others had stored for it is there: nothing that it sends makes another key.
  const own = await view(node.edge, kept, "/page", { headers: { "x-footlight-version": "2 no" } });
  assert.equal(own.headers["x-cache"], "Hit from cloudfront");
});

test("a publish by AWS's API takes everything, a rollback aborts, and a function in waves is in use", async () => {
  const { host, update } = await functionWith("mixed", pageOf("two"));
  const name = "mixed";
  const start = () => footlight("publish", name, "--waves", "10% 10m, 100%", "--detach");
  assert.equal((await start()).code, 0);
  const { ETag } = await node.client.send(new DescribeFunctionCommand({ Name: name }));
  await assert.rejects(
    node.client.send(new DeleteFunctionCommand({ Name: name, IfMatch: ETag })),
    /Cannot delete function mixed/,
  );
  const twice = await start();
  assert.match(twice.stderr, /being published in waves: finish or abort them first/);
  await update(pageOf("three"));
  assert.match(
    (await footlight("waves", name)).stdout,
    /^Version 2 of mixed, instead of version 1/,
  );
  const { ETag: newest } = await node.client.send(new DescribeFunctionCommand({ Name: name }));
  await node.client.send(new PublishFunctionCommand({ Name: name, IfMatch: newest }));
  assert.equal((await view(node.edge, host, "/")).body, "three");
  assert.match(
    (await footlight("waves", name)).stdout,
    /The waves of version 2 of mixed ended in wave 1 of 2/,
  );

  await update(pageOf("four"));
  assert.equal((await start()).code, 0);
  assert.equal((await footlight("rollback", name)).code, 0);
  assert.equal((await view(node.edge, host, "/")).body, "three");
  const { stdout } = await footlight("waves", name);
  assert.match(stdout, /was taken back in wave 1 of 2 by anonymous/);
});

test("whoever is asked pauses, resumes, finishes and aborts", async () => {
  const { host, update } = await functionWith("asked", pageOf("two"));
  const asking = await footlight(
    ...["publish", "asked", "--waves", "10% 1s, 100%", "--when-few", "ask"],
  );
  assert.equal(asking.code, 5, asking.stderr);
  assert.match(asking.stdout, /paused by footlight: not enough requests: 0 of the new version/);
  const resumed = await footlight("waves", "asked", "resume");
  assert.equal(resumed.code, 0, resumed.stderr);
  const finished = await footlight("waves", "asked", "finish", "--message", "looks good");
  assert.match(finished.stdout, /All viewers of asked get version 2\./);
  assert.equal((await view(node.edge, host, "/")).body, "two");
  await update(pageOf("three"));
  assert.equal((await footlight("publish", "asked", "--to", "10%", "--detach")).code, 0);
  assert.match((await footlight("waves", "asked", "pause")).stdout, /paused by anonymous/);
  const aborted = await footlight("waves", "asked", "abort", "--message", "too early");
  assert.match(aborted.stdout, /taken back in wave 1 of 1 by anonymous: too early/);
  assert.equal((await view(node.edge, host, "/")).body, "two");
  const glass = await footlight("publish", "asked", "--waves", "10% 1s, 100%", "--break-glass");
  assert.equal(glass.code, 0, glass.stdout + glass.stderr);
  assert.equal((await view(node.edge, host, "/")).body, "three");
});
