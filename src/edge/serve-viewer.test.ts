/** When a visit is answered: at once, unless one of its steps waits. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { domainName, stateOf } from "../../test/edge/viewer-scene.ts";
import type { EdgeFunctions, Invocation } from "../runtime/function-runtime.ts";
import type { SentAnswer } from "./answer/answer.ts";
import { deploy } from "./deployment/deployment.ts";
import { createEdge } from "./edge.ts";
import { serveViewer } from "./serve-viewer.ts";
import type { ViewerRequest } from "./viewer-request.ts";
import { readViewerRequest } from "./viewer/read-viewer-request.ts";

const deployment = deploy(stateOf(80, { functions: { request: "viewer-request" } }));
const redirect: Invocation = {
  outcome: {
    type: "response",
    response: { statusCode: 302, statusDescription: "", headers: ["location", "/new"] },
  },
  logs: [],
  computeUtilization: 0,
};

/** @returns the answers as they come */
function serve(run: EdgeFunctions["run"], host = domainName): SentAnswer[] {
  const edge = createEdge({
    deployment: () => deployment,
    runtime: { run },
    now: () => new Date(0),
  });
  const head = { method: "GET", target: "/", httpVersion: "1.1", headers: ["Host", host] };
  const from = { tls: undefined, address: "192.0.2.1", port: 1 } as const;
  const request = readViewerRequest({ ...head, ...from }, 0) as ViewerRequest;
  const viewer = { isOver: false, whenOver() {}, bytesSent: 0, bodyBytes: 0 };
  const answers: SentAnswer[] = [];
  const respond = (answer: SentAnswer): void => void answers.push(answer);
  serveViewer({ request, body: undefined, viewer, respond }, edge);
  return answers;
}

test("serveViewer() answers before it returns what no step waits for", () => {
  assert.deepEqual(
    serve(() => redirect).map(({ status }) => status),
    [302],
  );
});

test("serveViewer() answers at once that a host is unknown", () => {
  assert.equal(serve(() => redirect, "unknown.example.com")[0]?.status, 403);
});

test("serveViewer() answers later what a function answers later", async () => {
  const answers = serve(() => Promise.resolve(redirect));
  assert.equal(answers.length, 0);
  await new Promise(setImmediate);
  assert.equal(answers[0]?.status, 302);
});

test("serveViewer() answers 500 when a step fails, at once or later", async () => {
  const error = new Error("no");
  const failing: EdgeFunctions["run"][] = [
    () => {
      throw error;
    },
    () => Promise.reject(error),
  ];
  for (const run of failing) {
    const answers = serve(run);
    await new Promise(setImmediate);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [500],
    );
  }
});
