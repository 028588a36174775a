/**
 * The work that a head makes grows with its length and not faster: viewers and origins choose what
 * is in one, and every step works on the thread that serves everybody else.
 *
 * Each step gets heads of one repeated thing, of many shapes, once of 8 KB and once of 32 KB. What
 * looks wrong by the clock is measured by the processor's time, of which other processes take nothing.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Map } from "immutable";
import type { Edge } from "../../src/edge/edge.ts";
import { deploy } from "../../src/edge/deployment/deployment.ts";
import { deployDistribution, hasTarget } from "../../src/edge/deployment/deployed-distribution.ts";
import { findDistribution } from "../../src/edge/deployment/find-distribution.ts";
import { matchBehavior } from "../../src/edge/deployment/match-behavior.ts";
import { applyOriginChange } from "../../src/edge/function/apply-origin-change.ts";
import { edgeHeaderNames } from "../../src/edge/deployment/edge-header-names.ts";
import { edgeHeaders } from "../../src/edge/request/edge-headers.ts";
import { rangeComplaint } from "../../src/edge/origin/range-complaint.ts";
import { originRequest } from "../../src/edge/origin/origin-request.ts";
import { managedPolicies } from "../../src/edge/deployment/policies.ts";
import { fromOrigin } from "../../src/edge/answer/response-headers.ts";
import { Signature } from "../../src/edge/answer/own-headers.ts";
import { fieldsWith } from "../../src/edge/viewer/connection-header.ts";
import { runViewerRequest, runViewerResponse } from "../../src/edge/function/viewer-function.ts";
import { viewerHeaders } from "../../src/edge/request/viewer-headers.ts";
import { nowhere } from "../../src/edge/viewer-place.ts";
import { enforceViewerProtocol } from "../../src/edge/request/viewer-protocol.ts";
import { Visit, type PlacedVisit } from "../../src/edge/record/visit.ts";
import type { ViewerRequest } from "../../src/edge/viewer-request.ts";
import { readViewerRequest } from "../../src/edge/viewer/read-viewer-request.ts";
import { emptyBody } from "../../src/base/body.ts";
import type { Answer } from "../../src/edge/answer/answer.ts";
import type { FunctionRuntime, Outcome } from "../../src/runtime/function-runtime.ts";
import { buildOutcome } from "../../src/runtime/event/build-outcome.ts";
import { encodeEvent } from "../../src/runtime/event/encode-event.ts";
import { ShapeNumbers } from "../../src/runtime/event/header-shapes.ts";
import type { FunctionEvent } from "../../src/runtime/function-runtime.ts";
import { account, behavior, distributionOf, domainName, stateOf } from "./viewer-scene.ts";

/** A URL and header lines; a response has the lines alone. */
interface Head {
  readonly url: string;
  readonly headers: readonly string[];
}
type Shape = (bytes: number) => Head;

const host = ["Host", domainName];

/** A header whose value is one text again and again. */
const value =
  (name: string, token: string): Shape =>
  (bytes) => ({ url: "/", headers: [...host, name, token.repeat(bytes / token.length)] });

/** A header that comes again and again, with the same value or with one of its own. */
const lines =
  (name: string, of: (index: number) => string): Shape =>
  (bytes) => {
    const headers = [...host];
    for (let left = bytes, index = 0; left > 0; index += 1) {
      headers.push(name, of(index));
      left -= name.length + of(index).length + 4;
    }
    return { url: "/", headers };
  };

/** Names in a header, each of which is a header too. */
const named =
  (name: string): Shape =>
  (bytes) => {
    const names = Array.from({ length: bytes / 16 }, (_, index) => `x${index}`);
    const headers = names.flatMap((each) => [each, ""]);
    return { url: "/", headers: [...host, ...headers, name, names.join(",")] };
  };

const url =
  (before: string, token: string): Shape =>
  (bytes) => ({ url: before + token.repeat(bytes / 4 / token.length), headers: host });

const listed =
  (name: string, of: (index: number) => string, separator = ","): Shape =>
  (bytes) => ({
    url: "/",
    headers: [...host, name, Array.from({ length: bytes / 8 }, (_, at) => of(at)).join(separator)],
  });

let serial = 0;

const agents =
  "tizen|android|android mobile|tizentv|smart|smart-|aft|a|opera |windows |mobile|tv".split("|");
const shapes: Readonly<Record<string, Shape>> = {
  ...Object.fromEntries(
    agents.map((token) => [`User-Agent of "${token}"`, value("User-Agent", token)]),
  ),
  ...Object.fromEntries(
    "Connection|Cookie|Via|Accept-Encoding|User-Agent|X-Forwarded-For|X-A|Set-Cookie|Vary|Upgrade|Expect|TE|CloudFront-A|X-Custom|Content-Range|Transfer-Encoding"
      .split("|")
      .flatMap((name) => [
        [`lines of ${name}`, lines(name, () => "a")],
        [`different lines of ${name}`, lines(name, (index) => `x${index}`)],
        [`empty lines of ${name}`, lines(name, () => "")],
        [`a list in ${name}`, listed(name, (index) => `x${index}`)],
      ]),
  ),
  ...Object.fromEntries(
    "Cookie|Via|Accept-Encoding|Vary|Connection|Transfer-Encoding|Upgrade|Content-Range|X-A"
      .split("|")
      .flatMap((name) =>
        [
          "a",
          " ",
          ",",
          ";",
          "=",
          "a=b;",
          "a; ",
          "; ",
          ", ",
          " ,",
          ";q=0",
          "(CloudFront)",
          "\xe9",
        ].map((token) => [`${name} of "${token}"`, value(name, token)]),
      ),
  ),
  "names and a Connection that lists them": named("Connection"),
  "names and a Vary that lists them": named("Vary"),
  "names in two spellings": lines("x-Aa", () => ""),
  "cookies of different names": listed("Cookie", (index) => `c${index}=1`, "; "),
  "cookies of one name": listed("Cookie", () => "c=1", "; "),
  "different names, every time": (bytes) => {
    serial += 1;
    const names = Array.from({ length: bytes / 8 }, (_, index) => [`n${serial}-${index}`, ""]);
    return { url: "/", headers: [...host, ...names.flat()] };
  },
  "a long name": (bytes) => ({ url: "/", headers: [...host, "a-".repeat(bytes / 2), ""] }),
  "a host of labels": (bytes) => ({ url: "/", headers: ["Host", "a.".repeat(bytes / 2)] }),
  "a host of letters": (bytes) => ({ url: "/", headers: ["Host", "a".repeat(bytes)] }),
  "an absolute URL": url("http://a", "a."),
  ...Object.fromEntries(
    ["/", "/a", "/..", "/.", "a", "%41", "%", "%2f", "a/../", "?", "\xe9"].map((token) => [
      `a path of "${token}"`,
      url("/", token),
    ]),
  ),
  ...Object.fromEntries(
    ["&", "=", "a&", "a=b&", "?", "%41", "a=%41&", "+", "&&=", ";"].map((token) => [
      `a query of "${token}"`,
      url("/?", token),
    ]),
  ),
};

const allEdgeHeaders = "33f36d7e-f396-46d9-90e0-52428a34d9dc";
const patterns = ["*", "a*a*a*b", "*?*?*?b", "*aaaaaaaaaaaaaaab", "c?", "x*1"];
const behaviors = [
  behavior({ OriginRequestPolicyId: allEdgeHeaders }),
  behavior({ CachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6" }),
  behavior({
    CachePolicyId: undefined,
    OriginRequestPolicyId: undefined,
    ForwardedValues: {
      QueryString: true,
      Cookies: { Forward: "whitelist", WhitelistedNames: { Quantity: 6, Items: patterns } },
      Headers: { Quantity: 3, Items: ["CloudFront-Is-Tablet-Viewer", "X-A", "Host"] },
    },
    Compress: true,
  }),
];

const state = stateOf(80, {
  viewerRequest: () => ({ type: "execution-error", message: "" }),
  viewerResponse: () => ({ type: "execution-error", message: "" }),
});
const { hosts: withWildcards } = deploy({
  ...state,
  distributions: Map([
    [
      "E2",
      distributionOf("E2", domainName, {
        ...state.distributions.get("E1")!.config,
        Aliases: { Quantity: 1, Items: ["*.example.com"] },
      }),
    ],
  ]),
});
const distributions = behaviors.map((each) => {
  const config = {
    ...state.distributions.get("E1")!.config,
    DefaultCacheBehavior: { ...each, FunctionAssociations: functionsOf() },
    CacheBehaviors: {
      Quantity: patterns.length,
      Items: patterns.map((PathPattern) => ({ ...each, PathPattern: `/x${PathPattern}` })),
    },
  };
  return deployDistribution(distributionOf("E1", domainName, config), account, managedPolicies);
});

function functionsOf() {
  return state.distributions.get("E1")!.config.DefaultCacheBehavior!.FunctionAssociations!;
}

const now = () => new Date(0);
const names = { viaName: "edge (CloudFront)", pop: "FRA" };
const signature = new Signature(names);
const versionChoice = { group: "default", cookies: false };
const edge = { ...names, now, versionChoice } as unknown as Edge;

function readViewer({ url, headers }: Head): ReturnType<typeof readViewerRequest> {
  const from = { address: "192.0.2.1", port: 1, tls: undefined } as const;
  const request = { method: "GET", target: url, httpVersion: "1.1", headers, ...from };
  return readViewerRequest(request, 0);
}

/** As if it had been read, whatever there would be to refuse in it. */
function viewerOf(head: Head): ViewerRequest {
  const plain = readViewer({ url: "/", headers: host }) as ViewerRequest;
  const read = readViewer(head);
  const target = /^([^?]*)\??(.*)$/s.exec(head.url);
  return "sentence" in read
    ? { ...plain, path: target?.[1] ?? "/", querystring: target?.[2], headers: head.headers }
    : read;
}

function askedOf({ path, querystring, headers }: ViewerRequest) {
  return { path, querystring, headers };
}

function responseOf({ headers }: Head): Answer {
  const [first] = distributions;
  const { forwarding } = first!.behaviors[0]!;
  const response = { status: 200, reason: "", headers, body: emptyBody, isS3: false };
  return fromOrigin(response, forwarding, edge.now);
}

/** A runtime that changes as much as a function can, in what it is given. */
function changing(event: FunctionEvent): Outcome {
  const request = { ...event.request, headers: [...event.request.headers, "X-New", "1"] };
  if (event.response === undefined) return { type: "request", request };
  const { statusCode, statusDescription, headers } = event.response;
  const changed = {
    statusCode: statusCode + 1,
    statusDescription,
    headers: [...headers, "X", "1"],
  };
  return { type: "response", response: { ...changed, body: new Uint8Array(3) } };
}
const runtime = {
  run: (_: unknown, event: FunctionEvent) => ({
    outcome: changing(event),
    logs: [],
    computeUtilization: 0,
  }),
} as unknown as FunctionRuntime;

const wanted = { isOver: false, whenOver() {} };

function visitOf(viewer: ViewerRequest): PlacedVisit {
  const distribution = distributions[0]!;
  const behavior = distribution.behaviors.at(-1)!;
  assert.ok(hasTarget(behavior));
  return new Visit(viewer, wanted, deploy(state)).place(distribution, behavior);
}

function eventOf(head: Head): FunctionEvent {
  const { path, querystring, headers } = viewerOf(head);
  return {
    eventType: "viewer-request",
    distributionDomainName: domainName,
    distributionId: "E1",
    requestId: "",
    viewerIp: "",
    request: { method: "GET", uri: path, querystring, headers },
  };
}

const numbers = new ShapeNumbers();
const some = new Set(["c1", "x-a", "accept"]);
const readsSome = {
  request: { headers: some, cookies: some, querystring: some, rawQueryString: false },
  response: { headers: some, cookies: some },
  requestId: false,
  viewerIp: false,
};

/** Makes ready what other steps make of the head, and hands back the step itself, which is timed. */
type Step = (head: Head) => () => unknown;

const steps: Readonly<Record<string, Step>> = {
  "reading the request": (head) => () => readViewer(head),
  "finding the distribution": (head) => {
    const { host: name } = viewerOf(head);
    const asked = head.headers[0] === "Host" ? (head.headers[1] as string) : name;
    return () => findDistribution(withWildcards, asked);
  },
  "matching a behavior": (head) => {
    const { path } = viewerOf(head);
    return () => distributions.map((each) => matchBehavior(each, path));
  },
  "redirecting to HTTPS": (head) => {
    const own = { ...distributions[0]!.behaviors[0]!, viewerProtocolPolicy: "redirect-to-https" };
    return () => enforceViewerProtocol(own, viewerOf(head), edge.now);
  },
  "the viewer's headers": (head) => {
    const viewer = { request: viewerOf(head), viewerPlace: nowhere };
    return () => distributions.map((each) => viewerHeaders(viewer, each.behaviors[0]!));
  },
  "the edge's headers": (head) => {
    const viewer = { request: viewerOf(head), viewerPlace: nowhere };
    return () => edgeHeaders(edgeHeaderNames, viewer);
  },
  "the origin's request": (head) => {
    const viewer = viewerOf(head);
    const target = distributions[0]!.origins.get("origin")!;
    return () =>
      distributions.map((each) =>
        originRequest(
          askedOf(viewer),
          { ...viewer, body: undefined, wanted, attempts: [] },
          each.behaviors[0]!.forwarding,
          target,
          edge.viaName,
        ),
      );
  },
  "an origin's changed headers": (head) => {
    const viewer = viewerOf(head);
    const customHeaders = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [`x-${index}`, ""]),
    );
    const change = { helper: "updateRequestOrigin" as const, arguments: [{ customHeaders }] };
    const target = distributions[0]!.behaviors[0]!.target!;
    return () => applyOriginChange(change, target, distributions[0]!, askedOf(viewer));
  },
  "the response's framing":
    ({ headers }) =>
    () =>
      rangeComplaint(206, headers),
  "the response's headers": (head) => () => responseOf(head),
  "the written headers": (head) => {
    const response = responseOf(head);
    return () => fieldsWith("close", signature.sign(response, ""));
  },
  "a viewer-request function's result": (head) => {
    const visit = visitOf(viewerOf(head));
    return () => runViewerRequest(askedOf(visit.request), visit, { ...edge, runtime });
  },
  "a viewer-response function's result": (head) => {
    const visit = visitOf(viewerOf({ url: "/", headers: host }));
    const response = responseOf(head);
    return () => runViewerResponse(response, askedOf(visit.request), visit, { ...edge, runtime });
  },
  "the whole event": (head) => {
    const event = eventOf(head);
    return () => encodeEvent(event);
  },
  "some of the event": (head) => {
    const event = eventOf(head);
    return () => encodeEvent(event, readsSome, numbers);
  },
  "a response's event": (head) => {
    const { request, ...rest } = eventOf({ url: "/", headers: host });
    const response = { statusCode: 200, statusDescription: "", headers: head.headers };
    const event = { ...rest, eventType: "viewer-response" as const, request, response };
    return () => encodeEvent(event, readsSome, numbers) + encodeEvent(event);
  },
  "what a function changed": (head) => {
    const event = eventOf(head);
    const entries = head.headers
      .filter((_, index) => index % 2 === 0)
      .map((name) => [name.toLowerCase(), "1"] as const);
    const answer = {
      type: "request" as const,
      method: "GET",
      uri: "/",
      querystring: entries,
      headers: [["host", domainName] as const, ...new Set(entries)],
      cookies: entries,
      steps: 0,
      logs: [],
    };
    return () => buildOutcome(answer, event);
  },
};

const small = 8 * 1024;
const large = 32 * 1024;
/** Below this, in milliseconds, a step is quick enough whatever its growth; noise is of this size. */
const quickMs = 8;
/** Four times the bytes are 4 times the work, and 16 times where it grows with their square. */
const growthMax = 9;
/** So many tries are some tens of milliseconds: the system counts a thread's time in steps of a few. */
const triesByCpu = { small: 48, large: 12 };
const attempts = 2;

/** The shortest of some tries, in milliseconds: what the step itself takes. */
function timeOf(step: Step, shape: Shape, bytes: number, tries: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let count = 0; count < tries; count += 1) {
    const run = step(shape(bytes));
    const start = performance.now();
    run();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

/** The mean of some tries, in milliseconds of the thread's processor time. */
function cpuTimeOf(step: Step, shape: Shape, bytes: number, tries: number): number {
  let microseconds = 0;
  for (let count = 0; count < tries; count += 1) {
    const run = step(shape(bytes));
    const before = process.threadCpuUsage();
    run();
    const { user, system } = process.threadCpuUsage(before);
    microseconds += user + system;
  }
  return microseconds / 1000 / tries;
}

/** @returns what is wrong with the growth of a step's work; undefined when nothing is */
function complaintOf(step: Step, shape: Shape): string | undefined {
  if (timeOf(step, shape, large, 2) < quickMs) return undefined;
  const ms = timeOf(step, shape, large, 8);
  if (ms < quickMs || ms / timeOf(step, shape, small, 8) <= growthMax) return undefined;
  let complaint: string | undefined;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const cpuMs = cpuTimeOf(step, shape, large, triesByCpu.large);
    const growth = cpuMs / cpuTimeOf(step, shape, small, triesByCpu.small);
    if (cpuMs < quickMs || growth <= growthMax) return undefined;
    complaint = `${growth.toFixed(1)} times, to ${cpuMs.toFixed(1)} ms`;
  }
  return complaint;
}

for (const [name, step] of Object.entries(steps)) {
  test(`the work for ${name} grows no faster than the head`, () => {
    const slow = Object.entries(shapes).flatMap(([shapeName, shape]) => {
      const complaint = complaintOf(step, shape);
      return complaint === undefined ? [] : [`${shapeName}: ${complaint}`];
    });
    assert.deepEqual(slow, []);
  });
}
