/**
 * Odd messages through the edge: whatever a viewer or an origin sends is read as the strictest
 * reader would read it, or refused. It is never read in another way, in either direction.
 */
import assert from "node:assert/strict";
import { createServer, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import * as fc from "fast-check";
import { oddConnection, oddResponse, rounds, seed, timeout } from "../support/odd-messages.ts";
import { readStrictly, type StrictMessage } from "../support/strict-reader.ts";
import { talk } from "./talk.ts";
import { domainName, listenOn, startScene } from "./viewer-scene.ts";

/** Recipients may take more than one space behind the method (RFC 9112 §3). */
const isRequestLine = (line: string) =>
  /^(GET|HEAD|POST|PUT|DELETE|OPTIONS) +\/[!-~]* HTTP\/1\.[01]$/.test(line);
const isStatusLine = (line: string) => /^HTTP\/1\.1 [0-9]{3} [ -~]*$/.test(line);

/** An origin that reads strictly, and forgets what it was asked when it is told to. */
async function strictOrigin(t: TestContext, answer: () => string) {
  const asked: StrictMessage[] = [];
  const complaints: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let text = "";
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      const { messages, end } = readStrictly(text, isRequestLine);
      if (end === "a malformed message") complaints.push(text);
      if (end !== "nothing") return;
      text = "";
      asked.push(...messages);
      const response = answer();
      if (response.includes("Connection: keep-alive")) socket.write(response, "latin1");
      else socket.end(response, "latin1");
    });
  });
  const port = await listenOn(t, server);
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  return { port, asked, complaints };
}

/** Which requests a strict reader would serve, and whether the edge must serve them all. */
function expectedOf(text: string): { served: string[]; isAll: boolean } {
  const { messages, end } = readStrictly(text, isRequestLine);
  const served: string[] = [];
  let isAll = end === "nothing";
  for (const { start, headers, body, hasBody } of messages) {
    const [method = "", url = "", version] = start.split(/ +/);
    const hosts = headers.get("host")?.length ?? 0;
    if (hosts > 1 || (hosts === 0 && version === "HTTP/1.1")) return { served, isAll: false };
    // A body that the edge did not ask for, with "100 Continue", ends the connection.
    if (headers.has("expect")) isAll = false;
    const isUnknown = headers.get("host")?.[0] !== domainName;
    const isRefused = isUnknown || (hasBody && (method === "GET" || method === "HEAD"));
    if (!isRefused) served.push(`${method} ${url} ${body}`);
    if (headers.has("upgrade")) return { served, isAll: false };
    const said = headers.get("connection")?.join().toLowerCase() ?? "";
    if (version === "HTTP/1.0") isAll = false;
    if (said.includes("close")) return { served, isAll };
  }
  return { served, isAll };
}

test(
  "the edge reads a viewer's requests as a strict reader does, or refuses them",
  { timeout },
  async (t) => {
    const origin = await strictOrigin(
      t,
      () => "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok",
    );
    const scene = await startScene(t, { originPort: origin.port });
    let compared = 0;
    const property = fc.asyncProperty(oddConnection(domainName), async (packets) => {
      origin.asked.length = 0;
      const { served, isAll } = expectedOf(packets.join(""));
      const text = await talk(scene.port, packets, isAll ? 2000 : 150);
      const asked = origin.asked.map(({ start, body }) => {
        const [method, url] = start.split(/ +/);
        return `${method} ${url} ${body}`;
      });
      assert.deepEqual(asked, served.slice(0, isAll ? undefined : asked.length));
      assert.deepEqual(origin.complaints, []);
      for (const { headers } of origin.asked) {
        for (const name of ["host", "via", "x-forwarded-for", "connection"]) {
          assert.equal(headers.get(name)?.length, 1, name);
        }
      }
      assert.ok([...text.matchAll(/HTTP\/1\.1 200/g)].length <= asked.length);
      compared += isAll ? 1 : 0;
    });
    await fc.assert(property, { seed, numRuns: rounds });
    assert.ok(compared > rounds / 20, `${compared} of ${rounds} were well-formed`);
  },
);

test(
  "the edge reads an origin's response as a strict reader does, or refuses it",
  { timeout },
  async (t) => {
    let response = "";
    const origin = await strictOrigin(t, () => response);
    const scene = await startScene(t, {
      originPort: origin.port,
      originConfig: { ConnectionAttempts: 1 },
    });
    const request = `GET / HTTP/1.1\r\nHost: ${domainName}\r\nConnection: close\r\n\r\n`;
    let relayed = 0;
    const property = fc.asyncProperty(oddResponse, async (text) => {
      response = text;
      const reply = readStrictly(await talk(scene.port, [request], 2000), isStatusLine);
      const [got] = reply.messages;
      // What broke off says so.
      if (got === undefined || !got.start.startsWith("HTTP/1.1 20")) return;
      assert.equal(reply.end, "nothing");
      const { headers, body } = responseOf(text);
      assert.equal(got.body, body);
      for (const name of (headers.get("connection") ?? []).join().toLowerCase().split(",")) {
        if (name.trim() === "x-a") assert.equal(got.headers.get("x-a"), undefined);
      }
      relayed += 1;
    });
    await fc.assert(property, { seed, numRuns: rounds });
    assert.ok(relayed > rounds / 20, `${relayed} of ${rounds} were relayed`);
  },
);

/** The strict reading of a response that the edge has relayed. */
function responseOf(text: string): StrictMessage {
  const final = text.replace(/^HTTP\/1\.1 103 Hints\r\n\r\n/, "");
  const end = final.indexOf("\r\n\r\n");
  const head = final.slice(0, end + 4);
  if (!/^(content-length|transfer-encoding)[ \t]*:/im.test(head)) {
    // Without a length the body is all that comes until the end.
    const [read] = readStrictly(head, isStatusLine).messages;
    assert.ok(read, head);
    return { ...read, body: final.slice(end + 4) };
  }
  // Behind what its framing says, an origin may send what it likes: nobody reads it.
  const [read] = readStrictly(final.replace(/^HTTP\/1\.1 \S+ \w+/, "POST / HTTP/1.1"), (line) =>
    isRequestLine(line),
  ).messages;
  assert.ok(read, `relayed, though no strict reader takes it: ${JSON.stringify(text)}`);
  return read;
}
