/** Connection functions in the sandbox: what they are handed, what they decide, and their limits. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { FunctionCopy } from "../model/function.ts";
import {
  connectionEvent,
  connectionTestEvent,
  decisionOf,
  decisionOfTest,
  type FunctionConnection,
} from "./event/connection-event.ts";
import type { KeyValueReader } from "./function-runtime.ts";
import { createRuntime } from "./isolate-runtime.ts";

const runtime = createRuntime();
after(() => runtime.close());

function copyOf(source: string): FunctionCopy {
  return {
    config: { Comment: "", Runtime: "cloudfront-js-2.0" },
    code: Buffer.from(source).toString("base64"),
    ...{ version: 1, createdTime: "", lastModifiedTime: "", kind: "connection" },
  };
}

const certificate = {
  serialNumber: "4a:3f:5c",
  issuer: "CN=root",
  subject: "CN=\\C3\\84",
  validity: { notBefore: "2026-01-01T00:00:00Z", notAfter: "2027-01-01T00:00:00Z" },
  sha256Fingerprint: "AAAA",
};
const connection: FunctionConnection = {
  certificate,
  clientIp: "192.0.2.1",
  endpoint: "www.example.com",
  distributionId: "E1",
  connectionId: "id",
};

function decide(body: string, given = connection, store?: KeyValueReader) {
  const source = body.includes("connectionHandler")
    ? body
    : `function connectionHandler(connection) { ${body} }`;
  const { outcome, logs } = runtime.run(copyOf(source), connectionEvent(given), store);
  return { decision: decisionOf(outcome), logs };
}

const decided = (isAllowed: boolean, logData = "") => ({ type: "decided", isAllowed, logData });

test("allow() lets a viewer in; deny(), neither, and what is returned do not", () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ["connection.allow()", true],
    ["connection.deny()", false],
    ["", false],
    ["return true", false],
    ["return connection.allow()", true],
    ["connection.allow(); connection.deny()", false],
    ["connection.deny(); connection.allow()", false],
    ["async function connectionHandler(connection) { await 0; connection.allow() }", true],
    ["async function connectionHandler(connection) { await 0 }", false],
    ["const connectionHandler = (c) => { c.allow() }", true],
    ["const JSON = 1; function connectionHandler(c) { c.allow() }", true],
    ["function handler() {} function connectionHandler(c) { c.allow() }", true],
  ];
  for (const [body, isAllowed] of cases) {
    assert.deepEqual(decide(body).decision, decided(isAllowed), body);
  }
});

test("the connection is handed over whole, the certificate in both places", () => {
  const { decision, logs } = decide("console.log(JSON.stringify(connection)); connection.allow()");
  assert.deepEqual(decision, decided(true));
  const { certificate: leaf, ...rest } = connection;
  assert.deepEqual(JSON.parse(logs[0]!), {
    clientCertificate: { certificates: { leaf } },
    clientCertInfo: leaf,
    ...rest,
  });
  const bare = decide(
    "if (!('clientCertificate' in connection) && !connection.clientCertInfo) connection.allow()",
    { ...connection, certificate: undefined },
  );
  assert.deepEqual(bare.decision, decided(true));
});

test("each run begins anew", () => {
  const copy = copyOf(
    "let count = 0; function connectionHandler(c) { count += 1; if (count === 1) c.allow() }",
  );
  for (let run = 0; run < 3; run += 1) {
    assert.deepEqual(
      decisionOf(runtime.run(copy, connectionEvent(connection)).outcome),
      decided(true),
    );
  }
});

test("logCustomData() keeps 800 bytes, cut between characters", () => {
  assert.deepEqual(
    decide("connection.logCustomData('hello'); connection.allow()").decision,
    decided(true, "hello"),
  );
  const long = decide("connection.logCustomData('x' + 'ä'.repeat(500)); connection.allow()");
  assert.deepEqual(long.decision, decided(true, `x${"ä".repeat(399)}`));
  const odd = decide("connection.logCustomData('a\\n\"b'); connection.deny()").decision;
  assert.deepEqual(odd, decided(false, 'a\n"b'));
});

test("what throws, is not there, or takes too long has failed", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ["throw new Error('no')", /no/],
    ["connection.allow(); null.x", /TypeError/],
    ["async function connectionHandler() { throw new Error('late') }", /late/],
    ["function handler() {} // connectionHandler", /"connectionHandler" is not defined/],
    ["connection.allow(); for (;;) {}", /compute limit exceeded/],
    ["connection.logCustomData(7)", /takes a string/],
    ["function connectionHandler( {", /SyntaxError/],
  ];
  for (const [body, message] of cases) {
    const { decision } = decide(body);
    assert.equal(decision.type, "failed", body);
    assert.match(decision.type === "failed" ? decision.message : "", message);
  }
});

test("it may take five times a viewer function's steps", () => {
  const loop = (turns: number) => `for (let i = 0; i < ${turns}; i++) {} connection.allow()`;
  const run = (turns: number) => {
    const source = `function connectionHandler(connection) { ${loop(turns)} }`;
    return runtime.run(copyOf(source), connectionEvent(connection));
  };
  let turns = 1000;
  while (run(turns).computeUtilization < 50) turns *= 2;
  const viewer = {
    ...copyOf(`function handler(e) { for (let i = 0; i < ${turns}; i++) {} return e.request }`),
  };
  delete (viewer as { kind?: string }).kind;
  const { outcome } = runtime.run(viewer, connectionEvent(connection));
  assert.equal(outcome.type, "execution-error");
  assert.equal(run(turns * 4).outcome.type, "execution-error");
});

test("key value stores are read", () => {
  const store: KeyValueReader = {
    id: "00000000-0000-0000-0000-000000000001",
    get: (key) => (key === "4a:3f:5c" ? "revoked" : undefined),
    ...{ keyCount: 1, createdTime: "", lastUpdatedTime: "" },
  };
  const source = `import cf from 'cloudfront';
    async function connectionHandler(connection) {
      const serial = connection.clientCertInfo.serialNumber;
      if (await cf.kvs().exists(serial)) { const found = await cf.kvs().get(serial); connection.logCustomData(found); connection.deny(); }
      else connection.allow();
    }`;
  assert.deepEqual(decide(source, connection, store).decision, decided(false, "revoked"));
  const other = { ...connection, certificate: { ...certificate, serialNumber: "01" } };
  assert.deepEqual(decide(source, other, store).decision, decided(true));
});

test("a test's connection object is handed over as it is, and its output is the decision", () => {
  const copy = copyOf(
    "function connectionHandler(c) { console.log(c.any.thing); c.logCustomData('é'); c.allow() }",
  );
  const run = runtime.test(copy, connectionTestEvent('{"any": {"thing": "Ä"}}'));
  assert.deepEqual(run.logs, ["Ä"]);
  assert.deepEqual(decisionOfTest(run.output), decided(true, "é"));
  assert.ok(run.computeUtilization > 0 && run.computeUtilization < 10);
  const failed = runtime.test(copy, connectionTestEvent("{}"));
  assert.match(failed.errorMessage, /TypeError/);
  assert.equal(decisionOfTest(failed.output), undefined);
  for (const text of ["", "[]", "7", "{", '{"a":1,"a":2}']) {
    assert.throws(() => connectionTestEvent(text), { name: "InvalidEventObject" }, text);
  }
  const deep = `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`;
  assert.throws(() => connectionTestEvent(deep), /InvalidEventObject[^]*nested too deep/);
});
