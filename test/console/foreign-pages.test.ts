/**
 * What pages of other sites can do to a node that asks for no signatures, in a real browser: nothing. They change nothing, are told
 * nothing, leave no entry in the audit, and have no view of the console within themselves.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { launchBrowser, openPage, skipWithoutChromium } from "./browser.ts";
import { jsonFace } from "./json-face.ts";

const skip = skipWithoutChromium();
const site = createServer((_request, response) => {
  response.setHeader("content-type", "text/html");
  response.end("<!doctype html><title>another site</title>");
});
let node: TestNode;
let browser: Browser;
/** Of another site, and of another port of this one. */
let pages: readonly string[];

const secret = "function handler(event) { var token = 'a-secret'; return event.request; }";

before(async () => {
  if (skip !== false) return;
  await once(site.listen(0, "127.0.0.1"), "listening");
  const { port } = site.address() as AddressInfo;
  pages = [`http://evil.example:${port}/`, `http://127.0.0.1:${port}/`];
  node = await startTestNode({ args: ["--record", "on"] });
  browser = await launchBrowser(["--host-resolver-rules=MAP evil.example 127.0.0.1"]);
  const { call } = jsonFace(node.api);
  const { etag } = await call<{ etag: string }>("POST", "/2020-05-31/function", {
    Name: "hidden",
    FunctionConfig: { Comment: "", Runtime: "cloudfront-js-2.0" },
    FunctionCode: { text: secret },
  });
  await call("POST", "/footlight/v1/functions/hidden/publish", {}, etag);
});
after(async () => {
  site.close();
  if (skip !== false) return;
  await browser.close();
  await node.stop();
});

/** @returns what there is to change: every change that was ever made, and whatever was noted */
async function account(): Promise<string> {
  const answer = await fetch(`${node.api}/footlight/v1/changes?limit=1000`);
  return answer.text();
}

/** As far as pages use it here: their globals are none of Node's. */
interface PageElement {
  src: string;
  srcdoc: string;
  addEventListener(type: string, listener: (event: unknown) => void): void;
  setAttribute(name: string, value: string): void;
  remove(): void;
}
interface PageGlobals {
  readonly document: {
    createElement(name: string): PageElement;
    readonly body: { append(element: PageElement): void };
  };
  readonly navigator: { sendBeacon(url: string, body: Blob): boolean };
  readonly handler?: () => void;
}

/** Runs in the page. */
type Attack = (api: string) => Promise<unknown>;

const changes: readonly (readonly [string, Attack])[] = [
  [
    "fetch without CORS, in every kind of body that needs no leave",
    async (api) => {
      const bodies = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"];
      for (const type of bodies) {
        for (const path of [
          "/footlight/v1/functions/hidden/publish",
          "/footlight/v1/functions/hidden/rollback",
          "/footlight/v1/reset",
          "/2020-05-31/function",
        ]) {
          await fetch(api + path, {
            ...{ method: "POST", mode: "no-cors", headers: { "content-type": type } },
            body: '{"Name":"x"}',
          }).catch(() => {});
        }
      }
    },
  ],
  [
    "fetch with methods and headers that need leave",
    async (api) => {
      for (const method of ["PUT", "DELETE", "PATCH"]) {
        await fetch(`${api}/2020-05-31/function/hidden`, {
          ...{ method, headers: { "if-match": "*", "content-type": "application/json" } },
          body: "{}",
        }).catch(() => {});
      }
    },
  ],
  [
    "beacons",
    async (api) => {
      for (const type of ["text/plain", "application/json"]) {
        try {
          const body = new Blob(["{}"], { type });
          const { navigator: own } = globalThis as unknown as PageGlobals;
          own.sendBeacon(`${api}/footlight/v1/functions/hidden/publish`, body);
        } catch {
          // Some are refused by the browser.
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    },
  ],
  [
    "reading what is noted, as pictures, scripts, styles, frames, sockets and streams",
    async (api) => {
      const { document } = globalThis as unknown as PageGlobals;
      const url = `${api}/footlight/v1/functions/hidden/recorded-runs`;
      const loads = ["img", "script", "iframe", "embed", "audio"].map(
        (name) =>
          new Promise((resolve) => {
            const element = document.createElement(name);
            element.addEventListener("load", resolve);
            element.addEventListener("error", resolve);
            element.src = url;
            document.body.append(element);
            setTimeout(resolve, 1500);
          }),
      );
      await Promise.all(loads);
      await fetch(url, { mode: "no-cors" }).catch(() => {});
      await fetch(`${url}/keys`, { mode: "no-cors", method: "HEAD" }).catch(() => {});
      await new Promise((resolve) => {
        const socket = new WebSocket(url.replace("http", "ws"));
        socket.addEventListener("close", resolve);
      });
      await new Promise((resolve) => {
        const source = new EventSource(url);
        source.addEventListener("error", () => {
          source.close();
          resolve(undefined);
        });
      });
    },
  ],
];

/** Sends a form of a frame, whose page may have no origin at all. */
async function sendForms(page: Page, api: string, sandbox: string | undefined): Promise<void> {
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
    const form = `<form method="post" enctype="${type}" action="${api}/footlight/v1/functions/hidden/publish"><input name='{"message":"a' value='b"}'></form><script>document.forms[0].submit()</script>`;
    await page.evaluate(
      async ({ html, limits }) => {
        const { document } = globalThis as unknown as PageGlobals;
        const frame = document.createElement("iframe");
        if (limits !== undefined) frame.setAttribute("sandbox", limits);
        frame.srcdoc = html;
        document.body.append(frame);
        // Nothing tells of a form in a frame without an origin that it was sent.
        await new Promise((resolve) => setTimeout(resolve, 400));
        frame.remove();
      },
      { html: form, limits: sandbox },
    );
  }
}

test("they change nothing, and nothing is noted of them", { skip }, async () => {
  const earlier = await account();
  for (const url of pages) {
    const { page } = await openPage(browser);
    await page.goto(url);
    for (const [name, attack] of changes) {
      await page.evaluate(attack, node.api);
      assert.equal(await account(), earlier, `${name}, from ${url}`);
    }
    for (const sandbox of [undefined, "allow-scripts allow-forms"]) {
      await sendForms(page, node.api, sandbox);
      assert.equal(await account(), earlier, `forms, from ${url}, ${sandbox ?? "with an origin"}`);
    }
  }
});

test("they read nothing: a function's code is no script of theirs", { skip }, async () => {
  for (const url of pages) {
    const { page } = await openPage(browser);
    await page.goto(url);
    const told = await page.evaluate(async (api) => {
      const { document } = globalThis as unknown as PageGlobals;
      const got: string[] = [];
      for (const path of [
        "/2020-05-31/function/hidden",
        "/2020-05-31/function/hidden?Stage=LIVE",
        "/footlight/v1/functions/hidden/versions/LIVE",
      ]) {
        await new Promise((resolve) => {
          const script = document.createElement("script");
          script.addEventListener("load", () => {
            got.push(`${path} was run`);
            resolve(undefined);
          });
          script.addEventListener("error", resolve);
          script.src = api + path;
          document.body.append(script);
        });
        const text = await fetch(api + path).then(
          (answer) => answer.text(),
          () => "",
        );
        if (text !== "") got.push(`${path} was read`);
      }
      const { handler } = globalThis as unknown as PageGlobals;
      if (handler !== undefined) got.push(String(handler));
      return got;
    }, node.api);
    assert.deepEqual(told, [], url);
  }
});

test("they show no view of the console within themselves", { skip }, async () => {
  for (const url of pages) {
    const { page } = await openPage(browser);
    await page.goto(url);
    await page.evaluate(
      (framed) =>
        new Promise((resolve) => {
          const { document } = globalThis as unknown as PageGlobals;
          const frame = document.createElement("iframe");
          frame.addEventListener("load", resolve);
          frame.src = framed;
          document.body.append(frame);
        }),
      `${node.api}/footlight/console/functions/hidden`,
    );
    const frame = page.frames().find((each) => each !== page.mainFrame());
    assert.doesNotMatch(frame?.url() ?? "", /console/, url);
  }
});

test("a site whose name means this machine is told nothing", { skip }, async () => {
  const { page } = await openPage(browser, { permissions: [] });
  const { port } = new URL(node.api);
  await page.goto(`http://evil.example:${port}/footlight/console/`);
  const statuses = await page.evaluate(async () => {
    const paths = ["/2020-05-31/function", "/footlight/v1/changes", "/openapi.json"];
    return Promise.all(paths.map(async (path) => (await fetch(path)).status));
  });
  assert.deepEqual(statuses, [403, 403, 403]);
});
