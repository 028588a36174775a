/**
 * What an edge records of functions' runs, and what of it can be read: viewers' requests, and none of their secrets.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { RecordedRun } from "../src/edge/record/runs/recorded-run.ts";
import { createLiveFunction } from "./support/live-function.ts";
import { startTestNode } from "./support/test-node.ts";
import { startTestOrigin } from "./support/test-origin.ts";
import { view } from "./support/viewer.ts";

const planted = {
  cookie: "canary-cookie-7f3a",
  bearer: "canary-bearer-token-55",
  basic: "canary-basic-password-81",
  apiKey: "canary-api-key-d02e",
  signature: "canary-signature-c0ffee",
  queryToken: "canary-query-token-2b",
  refererToken: "canary-referer-token-6d",
  originCookie: "canary-origin-cookie-aa",
  listed: "canary-listed-header-12",
};

interface Page {
  readonly data: { readonly items: readonly RecordedRun[]; readonly next_marker?: string };
}

test("recorded runs hold no planted secret, and who reads them is in the audit", async (t) => {
  const origin = await startTestOrigin((_request, response) => {
    response.setHeader("set-cookie", `sid=${planted.originCookie}; Path=/`);
    response.end("body");
  });
  const node = await startTestNode({
    workers: 2,
    args: ["--record", "on", "--record-hidden", "header x-user"],
  });
  t.after(() => Promise.all([node.stop(), origin.close()]));
  const { host } = await createLiveFunction(node.client, {
    name: "records",
    source:
      "function handler(event) { event.request.headers['x-dice'] = { value: String(Math.random()) }; return event.request; }",
    originPort: origin.port,
  });
  const headers = {
    cookie: `session=${planted.cookie}; lang=en`,
    authorization: `Bearer ${planted.bearer}`,
    "proxy-authorization": `Basic ${Buffer.from(`me:${planted.basic}`).toString("base64")}`,
    "x-api-key": planted.apiKey,
    "x-user": planted.listed,
    referer: `https://www.example.com/?access_token=${planted.refererToken}`,
  };
  const query = `Signature=${planted.signature}&token=${planted.queryToken}&page=2`;
  for (let count = 0; count < 20; count += 1) {
    await view(node.edge, host, `/path/${count}?${query}`, { headers });
  }

  const texts: string[] = [];
  const runs: RecordedRun[] = [];
  for (let marker: string | undefined = ""; marker !== undefined;) {
    const after: string = marker === "" ? "" : `?after=${marker}`;
    const url = `${node.api}/footlight/v1/functions/records/recorded-runs${after}`;
    const answer = await (await fetch(url)).text();
    texts.push(answer);
    const { data } = JSON.parse(answer) as Page;
    runs.push(...data.items);
    marker = data.next_marker;
  }
  assert.deepEqual(
    runs.map(({ event }) => event.request.uri).sort(),
    Array.from({ length: 20 }, (_, index) => `/path/${index}`).sort(),
  );
  assert.ok(runs.every(({ seed, version }) => seed !== undefined && version === 1));
  const plain = Object.values(planted);
  for (const value of plain.flatMap((each) => [each, Buffer.from(each).toString("base64")])) {
    assert.ok(!texts.join("").includes(value), value);
  }
  assert.match(texts.join(""), /page=2/);

  const changes = await (await fetch(`${node.api}/footlight/v1/changes?order=newest`)).text();
  assert.equal(changes.match(/"type":"recorded-runs-read"/g)?.length, 1);
});

test("a node that records nothing says so", async (t) => {
  const node = await startTestNode({ args: ["--record", "off"] });
  t.after(() => node.stop());
  const origin = await startTestOrigin((_request, response) => response.end());
  t.after(() => origin.close());
  await createLiveFunction(node.client, {
    ...{ name: "fn", source: "function handler(e) { return e.request; }", originPort: origin.port },
  });
  const answer = await fetch(`${node.api}/footlight/v1/functions/fn/recorded-runs`);
  assert.equal(answer.status, 400);
  assert.match(await answer.text(), /records no runs.*--record sample/);
});
