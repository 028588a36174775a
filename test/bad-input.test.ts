/** Whatever is sent to the API: a clear error, no crash, and nothing stored. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { ListFunctionsCommand } from "@aws-sdk/client-cloudfront";
import { startTestNode, type TestNode } from "./support/test-node.ts";

let node: TestNode;
before(async () => {
  node = await startTestNode();
});
after(() => node.stop());

const namespace = "http://cloudfront.amazonaws.com/doc/2020-05-31/";
const functionXml = (name: string, code = "eA=="): string =>
  `<CreateFunctionRequest xmlns="${namespace}"><Name>${name}</Name><FunctionConfig><Comment/>` +
  `<Runtime>cloudfront-js-2.0</Runtime></FunctionConfig><FunctionCode>${code}</FunctionCode></CreateFunctionRequest>`;
const valid = functionXml("valid");

interface Case {
  readonly body: string | Uint8Array;
  readonly status: number;
  readonly code: string;
  readonly says: RegExp;
  readonly headers?: Record<string, string>;
}

const cases: Readonly<Record<string, Case>> = {
  "a body that ends in the middle": {
    body: valid.slice(0, -20),
    status: 400,
    code: "MalformedXML",
    says: /./,
  },
  "an XML bomb": {
    body: `<!DOCTYPE x [<!ENTITY a "${"a".repeat(1000)}"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>${functionXml("&b;")}`,
    status: 400,
    code: "MalformedXML",
    says: /DOCTYPE|entit/i,
  },
  "an external entity": {
    body: `<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>${functionXml("&f;")}`,
    status: 400,
    code: "MalformedXML",
    says: /DOCTYPE|entit/i,
  },
  "another root element": {
    body: valid.replaceAll("CreateFunctionRequest", "DeleteEverything"),
    status: 400,
    code: "MalformedXML",
    says: /DeleteEverything/,
  },
  "a member that does not exist": {
    body: valid.replace("<Name>", "<Nome>x</Nome><Name>"),
    status: 400,
    code: "MalformedXML",
    says: /Nome/,
  },
  "a name that is none": {
    body: functionXml("no spaces please"),
    status: 400,
    code: "MalformedXML",
    says: /no spaces please/,
  },
  "a name of 65 letters": {
    body: functionXml("n".repeat(65)),
    status: 400,
    code: "MalformedXML",
    says: /n{65}/,
  },
  "11 KB of code": {
    body: functionXml("large", Buffer.alloc(11 * 1024, "x").toString("base64")),
    status: 413,
    code: "FunctionSizeLimitExceeded",
    says: /11264.*10240/,
  },
  "code that is not base64": {
    body: functionXml("blob", "%%%"),
    status: 400,
    code: "MalformedXML",
    says: /base64/i,
  },
  "a body over the limit": {
    body: new Uint8Array(9 * 1024 * 1024),
    status: 413,
    code: "RequestTooLarge",
    says: /2097152 bytes/,
  },
  "bytes that are not UTF-8": {
    body: Buffer.concat([Buffer.from(valid.slice(0, 60)), Buffer.from([0xff, 0xfe, 0])]),
    status: 400,
    code: "MalformedXML",
    says: /./,
  },
};

for (const [name, { body, status, code, says, headers }] of Object.entries(cases)) {
  test(`The API answers ${status} ${code} to ${name}, and stores nothing`, async () => {
    const response = await fetch(`${node.api}/2020-05-31/function`, {
      method: "POST",
      body: typeof body === "string" ? body : new Uint8Array(body),
      headers: { "content-type": "application/xml", ...headers },
    });
    const text = await response.text();
    assert.equal(response.status, status, text);
    assert.match(text, new RegExp(`<Code>${code}</Code>`));
    assert.match(text, says);
    assert.match(response.headers.get("x-amzn-requestid") ?? "", /^[0-9a-f-]{36}$/);
    await assertEmpty();
  });
}

test("The JSON face names the header that is missing", async () => {
  const response = await fetch(`${node.api}/2020-05-31/function/my-function/publish`, {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/json" },
  });
  const body = (await response.json()) as {
    success: boolean;
    error: { code: string; message: string; request_id: string };
  };
  assert.deepEqual(
    [response.status, body.success, body.error.code],
    [400, false, "VALIDATION_ERROR"],
  );
  assert.match(body.error.message, /The header If-Match is missing/);
});

for (const [where, url] of [
  ["The API", () => node.api],
  ["The edge", () => node.edge],
] as const) {
  test(`${where} refuses 100,000 headers, and goes on answering`, async () => {
    const lines = Array.from({ length: 100_000 }, (_, index) => `x-h${index}: v\r\n`).join("");
    const answer = await talk(url(), `GET / HTTP/1.1\r\nHost: x\r\n${lines}\r\n`);
    assert.match(answer, /^HTTP\/1\.1 4\d\d /);
    await assertEmpty();
  });

  test(`${where} answers 400 to what is no HTTP`, async () => {
    assert.match(await talk(url(), "this is not HTTP\r\n\r\n"), /^HTTP\/1\.1 400 /);
  });
}

for (const name of ["Authorization", "Content-Type", "Host"]) {
  test(`The API refuses a request with two ${name} headers`, async () => {
    const lines = ["GET /2020-05-31/function HTTP/1.1", `${name}: a`, `${name.toLowerCase()}: b`];
    if (name !== "Host") lines.push("Host: x");
    const answer = await talk(node.api, `${lines.join("\r\n")}\r\n\r\n`);
    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.match(answer, new RegExp(`The header ${name.toLowerCase()} is there more than once`));
  });
}

test("The log tells of a request that ended early, and nothing of its query", async () => {
  const { hostname, port } = new URL(node.api);
  const socket = connect(Number(port), hostname);
  const target = "/2020-05-31/function?X-Amz-Security-Token=hush";
  socket.write(`POST ${target} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf`, () => {
    socket.destroy();
  });
  await node.logs(/API request ended early/);
  assert.match(node.stderr(), /"path":"\/2020-05-31\/function"/);
  assert.ok(!node.stderr().includes("hush"), node.stderr());
});

/** Sends bytes and returns all that comes back until the other side ends. */
function talk(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let answer = "";
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => {
      answer += text;
    });
    // A server may reset while we still send: what it said before that counts.
    socket.on("error", () => {});
    socket.on("close", () => resolve(answer));
    socket.write(bytes);
  });
}

async function assertEmpty(): Promise<void> {
  const { FunctionList } = await node.client.send(new ListFunctionsCommand({}));
  assert.equal(FunctionList?.Quantity, 0);
}
