/** Code that CloudFront would refuse is saved, and whoever saved it is told. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startTestNode, type TestNode } from "./support/test-node.ts";

let node: TestNode;
before(async () => {
  node = await startTestNode();
});
after(() => node.stop());

function save(name: string, code: string | { readonly text: string }): Promise<Response> {
  return fetch(`${node.api}/2020-05-31/function`, {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/json" },
    body: JSON.stringify({
      name,
      function_config: { comment: "", runtime: "cloudfront-js-2.0" },
      function_code: code,
    }),
  });
}

test("CreateFunction answers what CloudFront would refuse in a header, and logs it", async () => {
  const response = await save("modern", {
    text: "class A {}\nfunction handler(event) { return event.request; }",
  });
  assert.equal(response.status, 201);
  const [finding] = JSON.parse(response.headers.get("x-footlight-findings") ?? "[]") as {
    rule: string;
    line: number;
    engineMessage: string;
  }[];
  assert.equal(finding?.line, 1);
  assert.match(finding?.engineMessage ?? "", /Token "class" not supported in this version in 1/);
  await node.logs(/"function":"modern"/);
});

test("CreateFunction answers no such header for code that CloudFront runs", async () => {
  const response = await save("plain", {
    text: "function handler(event) { return event.request; }",
  });
  assert.equal(response.status, 201);
  assert.equal(response.headers.get("x-footlight-findings"), null);
});

test("CreateFunction tells of code that AWS CLI 2 took for base64", async () => {
  const source = "function handler(event) { return event.request; }";
  const asTheCliReads = Buffer.from(source, "base64").toString("base64");
  const response = await save("noise", asTheCliReads);
  assert.equal(response.status, 201);
  assert.match(
    response.headers.get("x-footlight-findings") ?? "",
    /no UTF-8 text; .* AWS CLI 2 wants --function-code fileb:/,
  );
});

test("CreateConnectionFunction answers findings in the same header", async () => {
  const response = await fetch(`${node.api}/2020-05-31/connection-function`, {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/json" },
    body: JSON.stringify({
      name: "gate",
      connection_function_config: { comment: "", runtime: "cloudfront-js-2.0" },
      connection_function_code: { text: "function handler(event) { return event.request; }" },
    }),
  });
  assert.equal(response.status, 201);
  assert.match(
    response.headers.get("x-footlight-findings") ?? "",
    /there is no function named connectionHandler/,
  );
});
