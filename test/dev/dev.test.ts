/**
 * `footlight dev` as a person uses it: a folder is served at once, and what is saved in it.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { get, type IncomingMessage } from "node:http";
import { get as getSecurely } from "node:https";
import { createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { freePort } from "../support/free-port.ts";
import { viewerRequest } from "../../src/runtime/testing/short-event.ts";
import { save, saveByRename, startDev, type DevCommand } from "../support/dev-command.ts";
import { temporaryFolder } from "../support/test-node.ts";

function rewriteTo(prefix: string): string {
  return `function handler(event) {\n  event.request.uri = '${prefix}' + event.request.uri;\n  return event.request;\n}\n`;
}

async function echoed(dev: DevCommand, path = "/a"): Promise<string> {
  const answer = await fetch(dev.edge + path);
  return ((await answer.json()) as { uri: string }).uri;
}

async function withDev(
  files: Readonly<Record<string, string>>,
  use: (dev: DevCommand, folder: string) => Promise<void>,
  args?: readonly string[],
): Promise<void> {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) save(folder, name, text);
  const dev = await startDev(folder, args);
  try {
    await use(dev, folder);
  } finally {
    await dev.stop();
  }
}

test("a folder with one file is served, and each way to save it is published", async () => {
  await withDev({ "rewrite.js": rewriteTo("/v1") }, async (dev, folder) => {
    assert.match(dev.printed(), /all paths → rewrite \(viewer-request\) → an echo of what/);
    assert.match(dev.printed(), new RegExp(`${dev.api}/openapi\\.json describes the API`));
    assert.equal(await echoed(dev), "/v1/a");
    const { status } = await fetch(`${dev.api}/openapi.json`);
    assert.equal(status, 200);

    save(folder, "rewrite.js", rewriteTo("/v2"));
    await dev.prints(/✓ rewrite\.js is published {2}\d+ ms after it was saved\n/);
    assert.equal(await echoed(dev), "/v2/a");
    saveByRename(folder, "rewrite.js", rewriteTo("/v3"));
    await dev.prints(/✓ rewrite\.js is published/);
    assert.equal(await echoed(dev), "/v3/a");

    rmSync(join(folder, "rewrite.js"));
    await dev.prints(/✓ The site is changed/);
    assert.equal(await echoed(dev), "/a");
    mkdirSync(join(folder, "edge"));
    save(folder, "edge/rewrite.js", rewriteTo("/v4"));
    await dev.prints(/✓ edge\/rewrite\.js is published/);
    renameSync(join(folder, "edge"), join(folder, "functions"));
    save(folder, "functions/rewrite.js", rewriteTo("/v5"));
    await dev.prints(/✓ functions\/rewrite\.js is published/);
    // What was moved may be published before what was saved after that.
    while ((await echoed(dev)) !== "/v5/a")
      await dev.prints(/✓ functions\/rewrite\.js is published/);
    assert.equal(await dev.stop(), 0);
  });
});

test("viewers are let in when there is something for them, and not before", async () => {
  const folder = temporaryFolder();
  save(folder, "rewrite.js", rewriteTo("/v1"));
  const port = await freePort();
  const statuses = new Set<number>();
  let isOver = false;
  const asking = (async () => {
    while (!isOver) {
      const answer = await fetch(`http://127.0.0.1:${port}/a`).catch(() => undefined);
      if (answer !== undefined) statuses.add(answer.status);
      await new Promise((resolve) => void setTimeout(resolve, 1));
    }
  })();
  const dev = await startDev(folder, ["--edge-port", String(port), "--api-port", "0"]);
  while (statuses.size === 0) await new Promise((resolve) => void setTimeout(resolve, 1));
  isOver = true;
  await asking;
  assert.deepEqual([...statuses], [200]);
  await dev.stop();
});

test("--https serves by the authority that footlight ca shows, the same one each time", async () => {
  const folder = temporaryFolder();
  save(folder, "rewrite.js", rewriteTo("/v1"));
  const args = ["--https", "--edge-port", "0", "--api-port", "0"];
  const rootFile = join(folder, ".footlight/ca/root.crt");
  const roots: string[] = [];
  for (const path of ["/first", "/second"]) {
    const dev = await startDev(folder, args);
    roots.push(readFileSync(rootFile, "utf8"));
    const [, port = ""] = /https:\/\/localhost:(\d+)\//.exec(dev.printed()) ?? [];
    const sent = { hostname: "localhost", port, path, ca: roots.at(-1), agent: false };
    const [answer] = (await once(getSecurely(sent), "response")) as [IncomingMessage];
    const text = (await answer.setEncoding("utf8").toArray()).join("");
    assert.equal((JSON.parse(text) as { uri: string }).uri, `/v1${path}`);
    await dev.stop();
  }
  assert.equal(roots[0], roots[1]);
});

test("a broken save leaves the last good code serving, and says file, line and what to write", async () => {
  await withDev({ "fn.ts": rewriteTo("/v1") }, async (dev, folder) => {
    save(
      folder,
      "fn.ts",
      "function handler(event: { request: object }) {\n  const { request } = event;\n  return request;\n}\n",
    );
    const broken = await dev.prints(/\[destructuring\]\n/);
    assert.match(broken, /✗ fn\.ts is not published: the last good version goes on serving\n/);
    assert.match(
      broken,
      /^ {2}fn\.ts:2:11: error: destructuring is not supported by .*; write const a = event\.a/m,
    );
    assert.equal(await echoed(dev), "/v1/a");
    save(folder, "fn.ts", "enum A { b }\n");
    await dev.prints(
      /fn\.ts:1:1: error: .*enum is not supported.*; write an object.* \[typescript\]\n/,
    );
    save(folder, "fn.ts", rewriteTo("/v2"));
    await dev.prints(/fn\.ts is published/);
    assert.equal(await echoed(dev), "/v2/a");
  });
});

test("events are run when they, or their function, are saved, and what changed is told", async () => {
  const event = { ...viewerRequest("/a"), expect: { uri: "/v1/a" } };
  const files = { "fn.js": rewriteTo("/v1"), "fn.events/a.json": JSON.stringify(event) };
  await withDev(files, async (dev, folder) => {
    if (!/1 of 1 event as expected/.test(dev.printed()))
      await dev.prints(/✓ fn\.js: 1 of 1 event as expected\n/);
    save(folder, "fn.js", rewriteTo("/v2"));
    const told = await dev.prints(/✗ fn\.js: 0 of 1 event as expected\n[^]*request\.uri/);
    assert.match(told, /- expected "\/v1\/a"\n\s+\+ got {6}"\/v2\/a"\n/);
    assert.match(told, /request\.uri: "\/v1\/a" → "\/v2\/a"/);
    save(folder, "fn.events/a.json", JSON.stringify({ ...event, expect: { uri: "/v2/a" } }));
    await dev.prints(/✓ fn\.js: 1 of 1 event as expected\n {2}✓ a {2}as expected again\n/);
  });
});

test("footlight.json says what serves which path, and is followed, also to other origins", async () => {
  const site = (api: string): string =>
    JSON.stringify({
      origins: { pages: "public", api },
      behaviors: [
        { path: "/api/*", origin: "api", viewerRequest: "auth" },
        { path: "*", origin: "pages", viewerResponse: "mark" },
      ],
      functions: { auth: { file: "auth.js", keyValueStore: "users" } },
      keyValueStores: { users: "users.json" },
      distribution: { DefaultRootObject: "index.html" },
    });
  const auth = `import cf from 'cloudfront';
    async function handler(event) {
      event.request.headers['x-user'] = { value: await cf.kvs().get('ann') };
      return event.request;
    }`;
  const mark = `function handler(event) {
      event.response.headers['x-mark'] = { value: '1' };
      return event.response;
    }`;
  const users = (value: string): string => JSON.stringify({ data: [{ key: "ann", value }] });
  const files = {
    ...{ "auth.js": auth, "mark.js": mark, "users.json": users("one") },
    ...{ "public/index.html": "<p>one", "footlight.json": site("echo") },
  };
  await withDev(files, async (dev, folder) => {
    const page = await fetch(`${dev.edge}/`);
    assert.deepEqual([page.headers.get("x-mark"), await page.text()], ["1", "<p>one"]);
    const userOf = async (): Promise<string | undefined> => {
      const { headers } = (await (await fetch(`${dev.edge}/api/x`)).json()) as {
        headers: Record<string, string>;
      };
      return headers["x-user"];
    };
    assert.equal(await userOf(), "one");
    save(folder, "users.json", users("two"));
    await dev.prints(/✓ The site is changed/);
    assert.equal(await userOf(), "two");

    save(folder, "footlight.json", site("echo").replace('"pages","viewer', '"page","viewer'));
    await dev.prints(
      /✗ .*footlight\.json:1:\d+: behaviors\[1\]\.origin is "page", and of origins there are pages, api\n {2}What served before goes on\n/,
    );
    assert.equal((await fetch(`${dev.edge}/`)).status, 200);
    save(folder, "footlight.json", `${site("echo").slice(0, -1)},}`);
    await dev.prints(/footlight\.json is not JSON: .*\n/);
    save(folder, "footlight.json", site("./other"));
    await dev.prints(/origins\.api must be a folder, a URL or echo/);
    // What a node refuses is refused before another edge, which would have nothing to serve, takes the place of this one.
    save(folder, "public2/index.html", "<p>two");
    save(
      folder,
      "footlight.json",
      site("echo").replace('"public"', '"public2"').replace("DefaultRootObject", "RootObject"),
    );
    await dev.prints(/✗ .*"RootObject"[^]* {2}What served before goes on\n/);
    assert.equal(await (await fetch(`${dev.edge}/`)).text(), "<p>one");

    save(folder, "footlight.json", site("./other"));
    save(folder, "other/api/x", "from a folder");
    await dev.prints(/The origins are others: a new edge serves, at the same port/);
    assert.equal(await (await fetch(`${dev.edge}/api/x`)).text(), "from a folder");
  });
});

test("a policy that there is none of is told with its place, and a pipe among the events is no end", async () => {
  const site = (policy: string): string =>
    `{\n  "behaviors": [\n    { "path": "*", "viewerRequest": "fn",\n      "cachePolicy": "${policy}" }\n  ]\n}\n`;
  const files = {
    "footlight.json": site("CachingDisabled"),
    "fn.js": rewriteTo("/v1"),
    "fn.events/a.json": JSON.stringify(viewerRequest("/a")),
  };
  await withDev(files, async (dev, folder) => {
    save(folder, "footlight.json", site("CachingOptimised"));
    await dev.prints(
      /✗ \S+footlight\.json:4:7: behaviors\[0\]\.cachePolicy is "CachingOptimised", and of managed cache policies there are .*CachingOptimized.*\n {2}What served before goes on\n/,
    );
    save(folder, "footlight.json", site("CachingOptimized"));
    await dev.prints(/The site makes sense again/);
    assert.equal(spawnSync("mkfifo", [join(folder, "fn.events/b.json")]).status, 0);
    await dev.prints(/b\.json is a pipe, and no file/);
    save(folder, "fn.js", rewriteTo("/v2"));
    await dev.prints(/fn\.js is published/);
    assert.equal(await echoed(dev), "/v2/a");
  });
});

test("pages of a folder are new when they are saved, whatever is cached, and browsers are told", async () => {
  const site = {
    origins: { pages: "public" },
    behaviors: [{ path: "*", cachePolicy: "CachingOptimized" }],
  };
  const files = { "footlight.json": JSON.stringify(site), "public/a.html": "<p>one" };
  const args = ["--edge-port", "0", "--api-port", "0", "--live-reload"];
  await withDev(
    files,
    async (dev, folder) => {
      const script = '<script src="/__footlight/reload.js"></script>';
      const read = async (): Promise<string> => (await fetch(`${dev.edge}/a.html`)).text();
      assert.equal(await read(), `<p>one${script}`);
      assert.match(await (await fetch(`${dev.edge}/__footlight/reload.js`)).text(), /EventSource/);
      const saves = get(`${dev.edge}/__footlight/saves`, { agent: false });
      const [stream] = (await once(saves, "response")) as [IncomingMessage];
      stream.setEncoding("utf8");
      let heard = "";
      const told = new Promise<void>((resolve) => {
        stream.on("data", (text: string) => {
          heard += text;
          if (heard.includes("data: saved")) resolve();
        });
      });
      save(folder, "public/a.html", "<p>two");
      await told;
      assert.equal(await read(), `<p>two${script}`);
      saves.destroy();
    },
    args,
  );
});

test("a port that is taken is told of where it was asked for, and else the next one serves", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const folder = temporaryFolder();
  await assert.rejects(
    startDev(folder, ["--edge-port", String(port), "--api-port", "0"]),
    new RegExp(
      `Cannot listen on 127\\.0\\.0\\.1:${port}: the port is taken; choose another with --edge-port, or 0`,
    ),
  );
  other.close();
  // Nothing is said of ports, and another node may have the usual ones.
  const dev = await startDev(folder, []);
  assert.ok(Number(new URL(dev.edge).port) >= 8080 && Number(new URL(dev.api).port) >= 4580);
  const beside = await startDev(folder, []);
  assert.notEqual(beside.edge, dev.edge);
  assert.notEqual(beside.api, dev.api);
  await Promise.all([dev.stop(), beside.stop()]);
});

test("a port that is taken while another edge takes the place of this one is told, and the next save tries again", async () => {
  const site = (pages: string): string =>
    JSON.stringify({ origins: { pages }, behaviors: [{ path: "*", origin: "pages" }] });
  const files = {
    ...{ "footlight.json": site("one"), "one/a.html": "one", "two/a.html": "two" },
    "three/a.html": "three",
  };
  await withDev(files, async (dev, folder) => {
    const read = async (): Promise<string> => (await fetch(`${dev.edge}/a.html`)).text();
    assert.equal(await read(), "one");
    const { port } = new URL(dev.edge);
    let taker: Server | undefined;
    // A machine that stands still while the port is free makes another round.
    for (let round = 0; taker === undefined; round += 1) {
      const before = dev.printed().length;
      save(folder, "footlight.json", site(round % 2 === 0 ? "two" : "one"));
      const isOver = (): boolean => /a new edge serves/.test(dev.printed().slice(before));
      taker = await listenOnce(Number(port), isOver);
    }
    await dev.prints(/✗ .*the port is taken.*\n {2}Nothing is served until it can be: /);
    taker.close();
    await once(taker, "close");
    save(folder, "footlight.json", site("three"));
    await dev.prints(/The origins are others: a new edge serves, at the same port/);
    assert.equal(await read(), "three");
  });
});

/** Listens there as soon as nobody else does. @returns undefined where it is over before */
async function listenOnce(port: number, isOver: () => boolean): Promise<Server | undefined> {
  while (!isOver()) {
    const server = createServer().listen(port, "127.0.0.1");
    const isOurs = await once(server, "listening").then(
      () => true,
      () => false,
    );
    if (isOurs) return server;
    // Others have their turns, too.
    await new Promise((resolve) => void setImmediate(resolve));
  }
  return undefined;
}

test("many files that are saved at once are all served", async () => {
  await withDev({}, async (dev, folder) => {
    for (let index = 0; index < 30; index += 1) {
      writeFileSync(join(folder, `fn${index}.js`), rewriteTo(`/v${index}`));
    }
    const { port } = new URL(dev.edge);
    const uriOf = async (index: number): Promise<string | undefined> => {
      const asked = get({
        port,
        host: "127.0.0.1",
        path: "/a",
        headers: { host: `fn${index}.localhost` },
        agent: false,
      });
      const [answer] = (await once(asked, "response")) as [IncomingMessage];
      const text = (await answer.setEncoding("utf8").toArray()).join("");
      return text.startsWith("{") ? (JSON.parse(text) as { uri: string }).uri : undefined;
    };
    for (let index = 0; index < 30; index += 1) {
      while ((await uriOf(index)) !== `/v${index}/a`) await dev.prints(/published|changed/);
    }
  });
});
