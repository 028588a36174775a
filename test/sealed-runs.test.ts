/**
 * What recordings keep sealed: nobody finds it in what is read, backed up or written down, and rehearsals are exact all the same.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { createLiveFunction } from "./support/live-function.ts";
import { startTestNode, temporaryFolder } from "./support/test-node.ts";
import { startTestOrigin } from "./support/test-origin.ts";
import { view } from "./support/viewer.ts";

const bin = resolve(import.meta.dirname, "../bin/footlight.mjs");

const planted = {
  session: "canary-session-7f3a91",
  bearer: "canary-bearer-55aa02",
  token: "canary-token-2bd1",
  user: "canary-user-11",
  other: "canary-other-cookie-9e",
};

/** Reads all of them, and lets some out where only viewers and origins see it. */
const live = `function handler(event) {
  var request = event.request;
  if (request.cookies.session.value.indexOf('canary') === 0) request.uri = '/in' + request.uri;
  request.headers['x-passed'] = { value: request.headers.authorization.value + request.querystring.token.value };
  request.headers['x-user'] = { value: request.headers['x-user'].value };
  return request;
}`;

test("sealed fields are in nothing that is kept, and reruns of what reads them are exact", async (t) => {
  const origin = await startTestOrigin((_request, response) => response.end("body"));
  const dataFolder = temporaryFolder();
  const sealed = "cookie session, header authorization, header x-user, query token";
  // Cache keys have queries in them.
  const args = ["--record", "on", "--record-sealed", sealed, "--cache", "off", "--traces", "off"];
  const node = await startTestNode({ workers: 2, args, dataFolder });
  t.after(() => Promise.all([node.stop(), origin.close()]));
  const fn = await createLiveFunction(node.client, {
    ...{ name: "sealed", source: live, originPort: origin.port },
  });
  const headers = {
    cookie: `session=${planted.session}; other=${planted.other}`,
    authorization: `Bearer ${planted.bearer}`,
    "x-user": planted.user,
  };
  for (let count = 0; count < 10; count += 1) {
    await view(node.edge, fn.host, `/p/${count}?token=${planted.token}`, { headers });
  }
  await fn.update(live.replace("'/in'", "'/inside'"));

  const folder = temporaryFolder();
  const footlight = (...words: string[]): string =>
    execFileSync(process.execPath, [bin, ...words, "--api", node.api], {
      ...{ cwd: folder, encoding: "utf8" as const },
    });
  const recorded = await (
    await fetch(`${node.api}/footlight/v1/functions/sealed/recorded-runs`)
  ).text();
  const pages = [recorded];
  for (let next = markerIn(recorded); next !== undefined; next = markerIn(pages.at(-1)!)) {
    const url = `${node.api}/footlight/v1/functions/sealed/recorded-runs?after=${next}`;
    pages.push(await (await fetch(url)).text());
  }
  const lines = pages.flatMap((page) =>
    (JSON.parse(page) as { data: { items: object[] } }).data.items.map((item) =>
      JSON.stringify(item),
    ),
  );
  assert.equal(lines.length, 10);
  for (const line of lines) {
    const fields = (JSON.parse(line) as { readonly sealed: readonly string[] }).sealed;
    assert.deepEqual(fields.toSorted(), sealed.split(", ").toSorted());
  }
  writeFileSync(join(folder, "kept.jsonl"), `${lines.join("\n")}\n`);

  const told = footlight("rehearse", "sealed", "--report", "json", "--export", "samples");
  const report = JSON.parse(told) as {
    readonly compared: number;
    readonly notComparable: readonly object[];
    readonly groups: readonly { readonly shape: string; readonly count: number }[];
  };
  assert.deepEqual([report.compared, report.notComparable], [10, []]);
  const shapes = report.groups.map(({ shape, count }) => `${count} ${shape}`);
  assert.ok(shapes.includes("10 uri /in/* → /inside/*"), shapes.join());
  const fromFile = footlight("rehearse", "sealed", "--report", "json", "--from", "kept.jsonl");
  assert.match(fromFile, /"compared": 10/);
  footlight("backup", "backup.footlight");

  const found = [...filesIn(dataFolder), ...filesIn(folder)].map((file) => readFileSync(file));
  const kept = [told, fromFile, ...pages].map((text) => Buffer.from(text));
  assert.ok(found.length > 3);
  for (const value of Object.values(planted)) {
    const forms = [value, Buffer.from(value).toString("base64")];
    for (const bytes of [...found, ...kept]) {
      const text = bytes.toString("latin1");
      for (const form of forms) {
        const at = text.indexOf(form);
        assert.ok(at < 0, `${form}: ${text.slice(at - 80, at + 40)}`);
      }
    }
  }

  const changes = await (await fetch(`${node.api}/footlight/v1/changes?order=newest`)).text();
  assert.equal(changes.match(/"operation":"footlight:OpenRecordedRuns"/g)?.length, 2);
});

function markerIn(page: string): string | undefined {
  return (JSON.parse(page) as { data: { next_marker?: string } }).data.next_marker;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
