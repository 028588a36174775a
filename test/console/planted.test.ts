/**
 * What functions, headers, messages and events hold is shown, and never runs: markup that would run a script is planted
 * wherever somebody else's text comes to be shown, and no view of it says, loads or refuses anything.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { CreateDistributionCommand } from "@aws-sdk/client-cloudfront";
import type { Browser } from "playwright-core";
import { buildConfig } from "../support/distribution-config.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { view } from "../support/viewer.ts";
import {
  assertNoComplaints,
  launchBrowser,
  openPage,
  skipWithoutChromium,
  typeCode,
} from "./browser.ts";

const skip = skipWithoutChromium();
/** Says so in a dialog, which a watched page complains of. */
const evil = `<img src=x onerror="alert('ran')"><script>alert('ran')</script><svg onload="alert('ran')">`;
const origin = createServer((_request, response) => response.end("origin"));
let node: TestNode;
let browser: Browser;

const source = `// ${evil}
function handler(event) {
  console.log(${JSON.stringify(evil)} + event.request.headers['x-evil'].value);
  if (event.request.uri === '/fails') throw new Error(${JSON.stringify(evil)});
  event.request.headers['x-more'] = { value: ${JSON.stringify(evil)} };
  return event.request;
}
`;

before(async () => {
  if (skip !== false) return;
  await once(origin.listen(0, "127.0.0.1"), "listening");
  node = await startTestNode();
  browser = await launchBrowser();
  const etag = await post("/2020-05-31/function", {
    Name: "evil",
    FunctionConfig: { Comment: evil, Runtime: "cloudfront-js-2.0" },
    FunctionCode: { text: source },
  });
  await post("/footlight/v1/functions/evil/publish", { message: evil }, etag);
  const { Distribution } = await node.client.send(
    new CreateDistributionCommand({
      DistributionConfig: {
        ...buildConfig({
          callerReference: "evil",
          originPort: (origin.address() as AddressInfo).port,
          viewerRequest: "evil",
        }),
        Comment: evil.slice(0, 128),
      },
    }),
  );
  await post("/2020-05-31/key-value-store", { Name: "evil", Comment: evil.slice(0, 128) });
  for (const path of ["/", "/fails", `/${encodeURI(evil).replaceAll("%20", "+")}`]) {
    const headers = { "x-evil": evil };
    await view(node.edge, Distribution?.DomainName ?? "", path, { headers });
  }
});
after(async () => {
  origin.close();
  if (skip !== false) return;
  await browser.close();
  await node.stop();
});

async function post(path: string, body: object, ifMatch?: string): Promise<string> {
  const headers = { accept: "application/json", "content-type": "application/json" };
  const response = await fetch(`${node.api}${path}`, {
    method: "POST",
    headers: { ...headers, ...(ifMatch !== undefined && { "if-match": ifMatch }) },
    body: JSON.stringify(body),
  });
  const { data } = (await response.json()) as { data?: { etag: string } };
  assert.ok(data, `${path} answered ${response.status}`);
  return data.etag;
}

test("nothing that is planted runs, in any view", { skip }, async () => {
  const watched = await openPage(browser);
  const { page } = watched;
  const seen = page.getByText("onerror=", { exact: false }).first();
  const console = `${node.api}/footlight/console`;
  await page.goto(`${console}/functions`);
  await seen.waitFor();

  await page.goto(`${console}/functions/evil`);
  await page.getByRole("textbox", { name: "Code of evil" }).waitFor();
  const event = {
    context: { eventType: "viewer-request" },
    request: { method: "GET", uri: `/${evil}`, headers: { "x-evil": { value: evil } } },
    expect: { uri: evil, headers: { [evil.toLowerCase()]: evil } },
  };
  await page.getByRole("button", { name: "JSON" }).click();
  await typeCode(page, /^Test event/, JSON.stringify(event));
  await page.getByLabel("Name of the event").fill(evil);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByRole("row", { name: /added header x-more/ }).waitFor();
  await page.getByText("Failed: not as the event expects").waitFor();
  await page.getByRole("button", { name: "Form" }).click();

  for (const part of ["compare", "history", "viewers", "logs"]) {
    await page.goto(`${console}/functions/evil/${part}`);
    await page.locator("main h1").waitFor();
    if (part === "history" || part === "logs") await seen.waitFor();
    if (part === "viewers") await page.getByRole("link", { name: "Open" }).waitFor();
  }
  await page.goto(`${console}/functions/${encodeURIComponent(evil)}`);
  await page.getByRole("alert").waitFor();
  // What holds somebody else's text elsewhere: comments, keys, values, requests and who changed what.
  for (const path of ["distributions", "stores", "stores/evil", "traffic", "nodes/changes"]) {
    await page.goto(`${console}/${path}`);
    await page.locator("main h1").waitFor();
    if (path === "distributions" || path.startsWith("stores")) await seen.waitFor();
  }
  await page.goto(`${console}/traffic`);
  await page.getByRole("link", { name: /^GET \/fails/ }).click();
  await page.getByText(/failed in line/).waitFor();
  await seen.waitFor();
  await page.getByRole("button", { name: "Send again" }).click();
  await page.getByText("Sent again, from this node:").waitFor();
  await page.goto(`${console}/functions/${encodeURIComponent(evil)}`);
  await page.getByRole("alert").waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search" }).fill(evil);
  // What the view adds to the palette is of the function that it is called.
  await page.getByRole("listbox", { name: "Found" }).getByRole("option").first().waitFor();
  assertNoComplaints(watched);
});

test(
  "the page refuses scripts, styles and markup that somebody gets into it",
  { skip },
  async () => {
    const { page } = await openPage(browser);
    await page.goto(`${node.api}/footlight/console/functions`);
    await page.getByRole("heading", { name: "Functions" }).waitFor();
    const tried = await page.evaluate(async () => {
      // The page's globals, which are none of Node's.
      const { document } = globalThis as unknown as {
        document: {
          body: { innerHTML: string; append(element: object): void };
          createElement(name: string): { textContent: string; src: string };
        };
      };
      const outcomes: string[] = [];
      const attempt = (name: string, act: () => void): void => {
        try {
          act();
          outcomes.push(`${name}: let through`);
        } catch {
          outcomes.push(`${name}: refused`);
        }
      };
      attempt("innerHTML", () => {
        document.body.innerHTML += "<b>more</b>";
      });
      attempt("script text", () => {
        document.createElement("script").textContent = "1";
      });
      attempt("script address", () => {
        document.createElement("script").src = "data:text/javascript,1";
      });
      await fetch("http://127.0.0.1:9/").then(
        () => outcomes.push("fetch: let through"),
        () => outcomes.push("fetch: refused"),
      );
      return outcomes;
    });
    assert.deepEqual(tried, [
      "innerHTML: refused",
      "script text: refused",
      "script address: refused",
      "fetch: refused",
    ]);
  },
);
