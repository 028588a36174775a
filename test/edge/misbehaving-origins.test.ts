/** Origins that send what they should not: no viewer gets an answer that another reader would have read otherwise. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { misbehavingOrigins, type MisbehavingOrigin } from "./misbehaving-origins.ts";
import { listenRaw } from "./raw-origin.ts";
import { talk } from "./talk.ts";
import { domainName, parseReply, startScene } from "./viewer-scene.ts";

test("there are more than 60 misbehaving origins, each of its own kind", (t) => {
  const { length } = misbehavingOrigins;
  t.diagnostic(
    `${length} origins, and those of origin-failures.test.ts that never end or take their time`,
  );
  assert.ok(length > 60);
  assert.equal(new Set(misbehavingOrigins.map(({ name }) => name)).size, length);
  assert.equal(new Set(misbehavingOrigins.map(({ sends }) => sends)).size, length);
});

for (const { name, sends, viewersGet, mayBeAskedAgain } of misbehavingOrigins) {
  test(`an origin that sends ${name}: ${titleOf(viewersGet)}`, async (t) => {
    const origin = await listenRaw(t, (socket) => void socket.end(Buffer.from(sends, "latin1")));
    const originConfig = mayBeAskedAgain ? { ConnectionAttempts: 1 } : {};
    const scene = await startScene(t, { originPort: origin.port, originConfig });
    const request = `GET / HTTP/1.1\r\nHost: ${domainName}\r\nConnection: close\r\n\r\n`;
    const text = await talk(scene.port, [request], 5000);
    assert.equal(origin.count(), 1);
    if (viewersGet === "refused") assert.equal(parseReply(text).status, 502);
    else if (viewersGet === "broken") assertIncomplete(text);
    else assert.equal(parseReply(text).body, viewersGet.body);
  });
}

function titleOf(viewersGet: MisbehavingOrigin["viewersGet"]): string {
  if (viewersGet === "refused") return "502";
  return viewersGet === "broken" ? "viewers see that it is incomplete" : "viewers get its answer";
}

/** It broke off before the viewer got anything of it, or where the viewer can tell. */
function assertIncomplete(text: string): void {
  if (text.startsWith("HTTP/1.1 502 ")) return;
  assert.match(text, /^HTTP\/1\.1 200 /);
  const length = /^Content-Length: (\d+)\r$/im.exec(text)?.[1];
  if (length === undefined) assert.throws(() => parseReply(text), /broke off/);
  else assert.ok(parseReply(text).body.length < Number(length));
}
