/** `POST /footlight/v1/functions/verdict` of a running node: what it answers, and what it refuses. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  CreateDistributionCommand,
  CreateFunctionCommand,
  TestFunctionCommand,
} from "@aws-sdk/client-cloudfront";
import { buildConfig } from "../support/distribution-config.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";

let node: TestNode;
const etags = new Map<string, string>();
const codes = {
  "read-only": "event.request.headers.host = { value: 'b.example' }; return event.request;",
  another: "cf.selectRequestOriginById('another'); return event.request;",
  fine: "event.request.uri += 'index.html'; return event.request;",
};

before(async () => {
  node = await startTestNode();
  for (const [Name, code] of Object.entries(codes)) {
    const { ETag = "" } = await node.client.send(
      new CreateFunctionCommand({
        Name,
        FunctionConfig: { Comment: "", Runtime: "cloudfront-js-2.0" },
        FunctionCode: Buffer.from(
          `import cf from 'cloudfront';\nfunction handler(event) { ${code} }`,
        ),
      }),
    );
    etags.set(Name, ETag);
  }
});
after(() => node.stop());

const event = {
  version: "1.0",
  context: { eventType: "viewer-request" },
  viewer: { ip: "198.51.100.1" },
  request: {
    method: "GET",
    uri: "/docs/",
    querystring: {},
    headers: { host: { value: "www.example.com" } },
    cookies: {},
  },
};

interface Verdict {
  readonly success: boolean;
  readonly data: {
    readonly id: string;
    readonly etag: string;
    readonly stage: string;
    readonly verdict: string;
    readonly test: { readonly error_message: string; readonly output: string };
    readonly edge: Readonly<Record<string, unknown>>;
    readonly differences: readonly { readonly at: string; readonly expected: string }[];
  };
  readonly error: { readonly code: string; readonly message: string };
}

async function ask(body: unknown): Promise<Verdict & { readonly status: number }> {
  const response = await fetch(`${node.api}/footlight/v1/functions/verdict`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, ...((await response.json()) as Verdict) };
}

test("it says what TestFunction answers, and that the edge refuses the same result", async () => {
  const { data } = await ask({ name: "read-only", event });
  assert.equal(
    data.verdict,
    "passes TestFunction; at the edge: 502, because request.headers.host is read-only",
  );
  assert.deepEqual(data.edge, {
    does: "refuse",
    status: 502,
    result: "FunctionValidationError",
    page: "The CloudFront function tried to add, delete, or change a read-only header.",
    because: "request.headers.host is read-only",
  });
  assert.equal(data.etag, etags.get("read-only"));
  const { TestResult } = await node.client.send(
    new TestFunctionCommand({
      Name: "read-only",
      IfMatch: data.etag,
      EventObject: Buffer.from(JSON.stringify(event)),
    }),
  );
  assert.equal(TestResult?.FunctionErrorMessage, "");
  assert.equal(data.test.output, TestResult.FunctionOutput);
});

test("it says what goes on, and where to", async () => {
  const { data } = await ask({ name: "fine", stage: "DEVELOPMENT", event });
  assert.equal(data.verdict, "passes TestFunction; at the edge: goes on with GET /docs/index.html");
});

test("the origin helpers are judged by the distribution that is named", async () => {
  const unnamed = await ask({ name: "another", event });
  assert.equal(unnamed.data.edge["does"], "ask");
  assert.match(unnamed.data.verdict, /no distribution was named/);
  const { Distribution } = await node.client.send(
    new CreateDistributionCommand({
      DistributionConfig: buildConfig({ callerReference: "verdict", originPort: 8000 }),
    }),
  );
  const named = await ask({ name: "another", event, distribution: Distribution?.Id });
  assert.match(
    named.data.verdict,
    /502, because selectRequestOriginById\(\): the distribution has no origin "another"$/,
  );
});

test("code that nobody has saved is run in the place of what is stored, which stays", async () => {
  const path = "/footlight/v1/functions/fine/verdict";
  const run = async (body: object): Promise<Verdict> => {
    const headers = { "content-type": "application/json" };
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    return (await (await fetch(`${node.api}${path}`, init)).json()) as Verdict;
  };
  const source = "function handler() { console.log('new'); return { statusCode: 204 }; }";
  const { data } = await run({ source, event });
  assert.equal(data.id, "fine");
  assert.equal(data.verdict, "passes TestFunction; at the edge: answers 204");
  const stored = await ask({ name: "fine", event });
  assert.match(stored.data.verdict, /goes on with GET/);
  const refused = await run({ event });
  assert.match(refused.error.message, /source must be the code, as text/);
  const whole = await run({ source, event, stage: "LIVE" });
  assert.match(whole.error.message, /There is no member "stage"/);
});

test("a run is given what its event's file gives, and compared with what that expects", async () => {
  const run = async (body: object): Promise<Verdict> => {
    const response = await fetch(`${node.api}/footlight/v1/functions/fine/verdict`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return (await response.json()) as Verdict;
  };
  const source = `import cf from 'cloudfront';
async function handler(event) {
  const at = await cf.kvs().get('to');
  event.request.uri = '/' + at + '/' + Date.now() + '/' + Math.floor(Math.random() * 1e6) + '/' + 'a'.repeat(40);
  return event.request;
}`;
  const given = { now: "2026-01-31T12:00:00Z", seed: 7, keys: { to: "there" } };
  const uri = { matches: "^/there/1769860800000/\\d+/a+$" };
  const first = await run({ source, event, given, expect: { uri } });
  assert.deepEqual(first.data.differences, []);
  const again = await run({ source, event, given });
  assert.equal(again.data.test.output, first.data.test.output, "the same chance");
  const wrong = await run({ source, event, given, expect: { uri: "/elsewhere" } });
  assert.equal(wrong.data.differences[0]?.at, "uri");
  assert.equal(wrong.data.differences[0].expected, '"/elsewhere"');
  const { data: refusedByEdge } = await ask({ name: "read-only", event });
  assert.equal(refusedByEdge.differences[0]?.at, "edge");
  assert.deepEqual((await ask({ name: "fine", event })).data.differences, []);
  for (const [body, message] of [
    [
      { source, event, expect: { statusCode: 200 } },
      /unknown member expect.statusCode: write status/,
    ],
    [{ source, event, given: { later: 1 } }, /given has no "later"/],
    [
      { source, event, given, expect: { uri: { matches: "^(/?\\w+/?)+!$" } } },
      /regular expression/,
    ],
    [{ source, event, given: { keys: "/etc/hostname" } }, /write the pairs themselves/],
  ] as const) {
    assert.match((await run(body)).error.message, message);
  }
});

test("a call that makes no sense is refused, saying why", async () => {
  for (const [body, code, message] of [
    ["{", "VALIDATION_ERROR", /The body is not JSON/],
    [{ name: "fine" }, "VALIDATION_ERROR", /event must be an event object/],
    [{ event }, "VALIDATION_ERROR", /name must be/],
    [{ name: "fine", event, stage: "live" }, "VALIDATION_ERROR", /stage must be/],
    [{ name: "fine", event, ifMatch: "E" }, "VALIDATION_ERROR", /no member "ifMatch"/],
    [{ name: "fine", event: {} }, "VALIDATION_ERROR", /context must be an object/],
    [{ name: "fine", stage: "LIVE", event }, "NO_SUCH_FUNCTION_EXISTS", /./],
    [{ name: "fine", event, distribution: "ENONE" }, "NO_SUCH_DISTRIBUTION", /./],
  ] as const) {
    const { success, error } = await ask(body);
    assert.equal(success, false);
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
  }
});

test("the description of the API has the call, with its body", async () => {
  const description = (await (await fetch(`${node.api}/openapi.json`)).json()) as {
    readonly paths: Readonly<Record<string, { readonly post?: { readonly requestBody?: object } }>>;
  };
  const body = description.paths["/footlight/v1/functions/verdict"]?.post?.requestBody;
  assert.match(JSON.stringify(body), /"required":\["name","event"\]/);
});
