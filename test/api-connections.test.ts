/** The API's connections: what Node's HTTP server would refuse or drop by itself, and pipelined calls. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { startTestNode, type TestNode } from "./support/test-node.ts";

let node: TestNode;
before(async () => {
  node = await startTestNode();
});
after(() => node.stop());

interface Refused {
  readonly bytes: string;
  readonly status: number;
  readonly code: string;
  readonly says: RegExp;
}

const path = "/2020-05-31/function";

const refused: Readonly<Record<string, Refused>> = {
  "a request without Host": {
    bytes: `GET ${path} HTTP/1.1\r\n\r\n`,
    status: 400,
    code: "InvalidArgument",
    says: /The header Host is missing/,
  },
  "an expectation that nobody knows": {
    bytes: `GET ${path} HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\n\r\n`,
    status: 417,
    code: "ExpectationFailed",
    says: /Expect asks for &quot;wonders&quot;/,
  },
  "a method that nobody knows": {
    bytes: `FETCH ${path} HTTP/1.1\r\nHost: x\r\n\r\n`,
    status: 501,
    code: "NotImplemented",
    says: /The method FETCH is none that this API knows/,
  },
  CONNECT: {
    bytes: "CONNECT sts.amazonaws.com:443 HTTP/1.1\r\nHost: sts.amazonaws.com:443\r\n\r\n",
    status: 405,
    code: "MethodNotAllowed",
    says: /no proxy for https.*HTTPS_PROXY/,
  },
  "headers that are too large": {
    bytes: `GET ${path} HTTP/1.1\r\nHost: x\r\nX-A: ${"a".repeat(70_000)}\r\n\r\n`,
    status: 431,
    code: "RequestHeadersTooLarge",
    says: /over 65536 bytes/,
  },
  "a TLS handshake": {
    bytes: "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
    status: 400,
    code: "InvalidArgument",
    says: /the API speaks http, and https where .*--api-tls/,
  },
  "HTTP/2": {
    bytes: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    status: 400,
    code: "InvalidArgument",
    says: /This is HTTP\/2/,
  },
  "a request line without a version": {
    bytes: `GET ${path}\r\n\r\n`,
    status: 400,
    code: "InvalidArgument",
    says: /This is HTTP\/0\.9/,
  },
  "two codings on two lines": {
    bytes: `POST ${path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    status: 400,
    code: "InvalidArgument",
    says: /The Transfer-Encoding is &quot;gzip, chunked&quot;/,
  },
  "chunks in HTTP/1.0": {
    bytes: `POST ${path} HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    status: 400,
    code: "InvalidArgument",
    says: /The Transfer-Encoding is &quot;chunked&quot;/,
  },
  "extensions of chunks that are too large": {
    bytes: `POST ${path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;${"e".repeat(20_000)}\r\na\r\n`,
    status: 413,
    code: "RequestTooLarge",
    says: /extensions/,
  },
  "what is no HTTP": {
    bytes: "\x00\x01\x02\r\n\r\n",
    status: 400,
    code: "InvalidArgument",
    says: /not a well-formed HTTP\/1\.1 request/,
  },
};

for (const [name, { bytes, status, code, says }] of Object.entries(refused)) {
  test(`The API answers ${status} ${code} to ${name}, with a request id, and ends the connection`, async () => {
    const answer = await talk([bytes]);
    assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `));
    assert.match(answer, /^connection: close\r$/im);
    assert.match(answer, /^content-type: text\/xml\r$/im);
    const id = /^x-amzn-requestid: (\S+)\r$/im.exec(answer)?.[1] ?? "none";
    assert.ok(answer.includes(`<RequestId>${id}</RequestId>`), answer);
    assert.ok(answer.includes(`<Code>${code}</Code>`), answer);
    assert.match(answer, says);
    if (status === 405) assert.match(answer, /^allow: DELETE, GET, HEAD, POST, PUT\r$/im);
  });
}

test("What the parser refuses is answered in the face that was asked for", async () => {
  const json = await talk([
    `FETCH ${path} HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\n\r\n`,
    `GET ${path} HTTP/1.1\r\nAccept: application/json\r\n\r\n`,
  ]);
  assert.match(json, /^content-type: application\/json\r$/im);
  assert.match(json, /"code":"NOT_IMPLEMENTED"/);
  const rest = await talk(["FETCH /key-value-stores/a HTTP/1.1\r\nHost: x\r\n\r\n"]);
  assert.match(rest, /^x-amzn-ErrorType: NotImplemented\r$/im);
});

test("Pipelined calls are done one after the other", async () => {
  const answer = await talk([
    create("pipelined") + describe("pipelined") + create("pipelined") + describe("absent", last),
  ]);
  assert.deepEqual(statuses(answer), [201, 200, 409, 404]);
});

test("A call that waits for its turn is done though what follows it is malformed", async () => {
  const answer = await talk([`${create("before")}${describe("before")}no request\r\n\r\n`]);
  assert.deepEqual(statuses(answer), [201, 200]);
});

test("A call whose body breaks off is answered, and let go of", async () => {
  const head = `POST ${path}/broken HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const answer = await talk([`${head}5\r\nhello\r\n`, "no chunk\r\n"]);
  assert.deepEqual(statuses(answer), [400]);
  await node.logs(/"path":"\/2020-05-31\/function\/broken".*API request ended early/);
});

for (const [name, packets] of [
  ["in its packet", [`${describe("absent", upgrade)}${create("hidden")}`]],
  ["half in its packet", [`${describe("absent", upgrade)}${half()}`, create("hidden")]],
  ["in the next packet", [describe("absent", upgrade), create("hidden")]],
] as const) {
  test(`A call that would upgrade is its connection's last, with a call ${name}`, async () => {
    assert.deepEqual(statuses(await talk(packets)), [404]);
    assert.deepEqual(statuses(await talk([describe("hidden", last)])), [404]);
  });
}

test("More headers than Node counts are all there", async () => {
  const many = Array.from({ length: 2500 }, (_, index) => `X-${index}: a\r\n`).join("");
  const answer = await talk([
    `GET ${path} HTTP/1.1\r\nHost: x\r\n${many}Accept: application/json\r\nConnection: close\r\n\r\n`,
  ]);
  assert.match(answer, /^content-type: application\/json\r$/im);
});

function last(): string {
  return "Connection: close\r\n";
}

function upgrade(): string {
  return "Connection: Upgrade\r\nUpgrade: h2c\r\n";
}

function half(): string {
  return `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${create("hidden").length}\r\n\r\n`;
}

function describe(name: string, more = (): string => ""): string {
  return `GET ${path}/${name}/describe HTTP/1.1\r\nHost: x\r\n${more()}\r\n`;
}

function create(name: string): string {
  const body =
    `<CreateFunctionRequest xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Name>${name}</Name>` +
    "<FunctionConfig><Comment/><Runtime>cloudfront-js-2.0</Runtime></FunctionConfig>" +
    `<FunctionCode>${Buffer.from("function handler(e) { return e.request; }").toString("base64")}</FunctionCode>` +
    "</CreateFunctionRequest>";
  return `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/xml\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

function statuses(answer: string): number[] {
  return [...answer.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status));
}

/** Sends packets, a moment apart, and returns all that comes back until the API ends the connection. */
async function talk(packets: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(node.api);
  const socket = connect(Number(port), hostname);
  socket.setNoDelay(true);
  let answer = "";
  socket.setEncoding("latin1");
  socket.on("data", (text: string) => {
    answer += text;
  });
  socket.on("error", () => {});
  const ended = new Promise<void>((resolve) => void socket.once("close", () => resolve()));
  for (const packet of packets) {
    socket.write(Buffer.from(packet, "latin1"));
    await Promise.race([ended, new Promise((resolve) => void setTimeout(resolve, 30))]);
  }
  await ended;
  return answer;
}
