import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fact } from "../state/change.ts";
import { sendAgain, type RequestToSend } from "./send-again.ts";
import type { TraceReport } from "./trace-calls.ts";

const kept = {
  ...{ method: "POST", scheme: "https", host: "a.example", path: "/a", query: "b=1&t=[masked]" },
  headers: [
    { name: "Host", value: "a.example:8443" },
    { name: "Connection", value: "close" },
    { name: "Content-Length", value: "12" },
    { name: "Authorization", value: "[masked]" },
    { name: "cookie", value: "s=[masked]; theme=dark" },
  ],
};

function tracesOf(request: object): TraceReport {
  const text = JSON.stringify({ request, distribution: { id: "E1" } });
  const mark = { numbering: "0", number: 1 };
  const found = { items: [], kept: 1, lost: 0, mark, missed: 0, text };
  return { list: async () => found, find: async () => found, follow: async () => found };
}

const body = Buffer.from(JSON.stringify({ id: "x" }));

test("a request is sent again without what is masked, which is named, and is in the audit", async () => {
  const sent: RequestToSend[] = [];
  const facts: Fact[] = [];
  const sendToEdge = async (request: RequestToSend) => {
    sent.push(request);
    return { status: 200, id: "new", bytes: 3, tookMs: 1.234 };
  };
  const commit = async (fact: Fact) => facts.push(fact);
  assert.deepEqual(await sendAgain(body, { traces: tracesOf(kept), sendToEdge }, commit), {
    ...{ id: "new", status: 200, bytes: 3, took_ms: 1.23 },
    left_out: ["the body", "header Authorization", "cookie s", "parameter t"],
  });
  assert.deepEqual(sent, [
    {
      ...{ scheme: "https", method: "POST", host: "a.example", target: "/a?b=1" },
      headers: ["Host", "a.example:8443", "cookie", "theme=dark"],
    },
  ]);
  assert.deepEqual(facts, [
    { type: "request-sent", method: "POST", host: "a.example", path: "/a", distribution: "E1" },
  ]);
});

test("what can't be sent from what is kept is refused, and in no audit", async () => {
  const commit = () => assert.fail("it is not sent");
  const sendToEdge = () => assert.fail("it is not sent");
  for (const [request, why] of [
    [{ ...kept, scheme: "wss" }, /came by wss/],
    [{ ...kept, path: "/[masked]" }, /holds a secret/],
  ] as const) {
    const parts = { traces: tracesOf(request), sendToEdge };
    await assert.rejects(sendAgain(body, parts, commit), why);
  }
  const parts = { traces: tracesOf(kept), sendToEdge: undefined };
  await assert.rejects(sendAgain(body, parts, commit), /serves no viewers/);
  await assert.rejects(sendAgain(Buffer.from("{}"), parts, commit), /id must be/);
});
