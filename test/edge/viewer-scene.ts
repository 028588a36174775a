/**
 * A small world for tests of the edge, with real sockets: an origin that answers as the test says
 * and keeps what it was asked, an edge in front of it, and viewers that speak bytes.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Server, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { Map } from "immutable";
import type { Logger } from "../../src/base/logger.ts";
import { deploy } from "../../src/edge/deployment/deployment.ts";
import type { OriginSources } from "../../src/edge/deployment/origin-sources.ts";
import { createEdge, type Edge, type EdgeOptions } from "../../src/edge/edge.ts";
import type { FindCredentials } from "../../src/edge/origin/sign/origin-credentials.ts";
import {
  createListener,
  type Listener,
  type ListenerOptions,
} from "../../src/edge/viewer/node-http.ts";
import type { RefusedRequest } from "../../src/edge/record/refused-request.ts";
import type { Visit } from "../../src/edge/record/visit.ts";
import type { HttpCaching } from "../../src/edge/caching/keeping.ts";
import type { CacheStore } from "../../src/cache/store.ts";
import type { Distribution } from "../../src/model/distribution.ts";
import type { CloudFrontFunction, FunctionCopy } from "../../src/model/function.ts";
import { publishedOnce } from "../../src/model/function-versions.ts";
import type {
  EdgeFunctions,
  FunctionEvent,
  FunctionRuntime,
  Outcome,
} from "../../src/runtime/function-runtime.ts";
import { emptyState, type State } from "../../src/state/state.ts";
import type { Mocks } from "../../src/edge/mock/mocks.ts";
import type { ViewerPlace } from "../../src/edge/viewer-place.ts";

export type Config = Distribution["config"];
export type Behavior = NonNullable<Config["DefaultCacheBehavior"]>;
export type OriginConfig = NonNullable<NonNullable<Config["Origins"]>["Items"]>[number];

export const account = "000000000000";
export const domainName = "d111111abcdef8.cloudfront.localhost";

/** What a function does, in the test's own code: the fake runtime calls it with the event. */
export type Behave = (event: FunctionEvent) => Outcome;

/** Runs what the test says instead of customer code. Copies are told apart by their code's text. */
function fakeRuntime(functions: Readonly<Record<string, Behave>>): FunctionRuntime {
  return {
    run(copy, event) {
      const behave = functions[copy.code];
      if (behave === undefined) throw new Error(`The test has no function ${copy.code}`);
      return { outcome: behave(event), logs: [], computeUtilization: 0 };
    },
    test: () => ({ computeUtilization: 0, logs: [], errorMessage: "", output: "" }),
    prepare() {},
    *foresee() {},
    forgo() {},
    retire() {},
    close: () => Promise.resolve(),
  };
}

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

export interface SceneOptions {
  /** Answers for the origin; without it every request gets 200 "from origin". */
  readonly origin?: (message: IncomingMessage, response: ServerResponse, asked: Asked) => void;
  /** Takes the place of the HTTP origin: a port where something else listens. */
  readonly originPort?: number;
  /** What the default cache behavior's functions do. */
  readonly viewerRequest?: Behave;
  readonly viewerResponse?: Behave;
  readonly behavior?: Partial<Behavior>;
  readonly originConfig?: Partial<OriginConfig>;
  readonly config?: Partial<Config>;
  readonly listener?: ListenerOptions;
  readonly logger?: Logger;
  /** Instead of the fake one. */
  readonly runtime?: FunctionRuntime;
  /** Instead of either, where functions answer later. */
  readonly edgeFunctions?: EdgeFunctions;
  readonly functions?: Readonly<Record<string, string>>;
  readonly originCertificateAuthorities?: readonly string[];
  readonly originSources?: OriginSources | undefined;
  readonly findOriginCertificate?: EdgeOptions["findOriginCertificate"];
  readonly refusesPrivateOrigins?: boolean;
  readonly trustedSignerKeys?: EdgeOptions["trustedSignerKeys"];
  readonly originCredentials?: FindCredentials;
  /** What the account has besides functions and distributions. */
  readonly resources?: State["resources"];
  /** Nothing is kept without. */
  readonly cacheStore?: CacheStore;
  readonly httpCaching?: HttpCaching;
  readonly onFetchedBehind?: EdgeOptions["onFetchedBehind"];
  /** Where viewers are, whatever their address. */
  readonly findPlace?: (ip: string) => ViewerPlace;
  readonly mocks?: Mocks;
  readonly connectionListeners?: EdgeOptions["connectionListeners"];
  /** Stands still unless given. */
  readonly now?: () => Date;
  /** What the edge draws by. */
  readonly random?: () => number;
}

export interface Scene {
  readonly port: number;
  readonly originPort: number;
  readonly edge: Edge;
  readonly listener: Listener;
  /** What the origin was asked, in order. */
  readonly asked: Asked[];
  /** What was told of the visits that are over, in that order. */
  readonly visits: Visit[];
  /** What was told of requests that a door has refused. */
  readonly refused: RefusedRequest[];
  /** Exchanges the state that the edge reads. */
  setState(change: (state: State) => State): void;
  /** Sends bytes and reads until the connection closes; the request should ask for that. */
  raw(request: string | Buffer): Promise<Reply>;
  /** Sends a request with these header lines, `Connection: close` and a Host of its own among them. */
  ask(requestLine: string, ...headerLines: string[]): Promise<Reply>;
}

export interface Reply {
  readonly status: number;
  readonly reason: string;
  /** By lower-case name; lines of one name joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /** As written, in order. */
  readonly names: readonly string[];
  readonly body: string;
  readonly text: string;
}

export const cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
export const allViewer = "216adef6-5c7f-47e4-b989-5492eafa07d3";

/** What a scene needs of a test: something to end it with. */
export type SceneTest = Pick<TestContext, "after">;

export async function startScene(t: SceneTest, options: SceneOptions = {}): Promise<Scene> {
  const asked: Asked[] = [];
  const answer = options.origin ?? ((_, response) => void response.end("from origin"));
  const origin = createServer({ maxHeaderSize: 65_536 }, (message, response) => {
    const chunks: Buffer[] = [];
    message.on("data", (chunk: Buffer) => chunks.push(chunk));
    message.on("end", () => {
      const { method = "", url = "", headers, rawHeaders } = message;
      const body = Buffer.concat(chunks).toString();
      const record = { method, url, headers, rawHeaders, body };
      asked.push(record);
      answer(message, response, record);
    });
  });
  origin.maxHeadersCount = 0;
  const originPort = options.originPort ?? (await listenOn(t, origin));

  let deployment = deploy(stateOf(originPort, options));
  const visits: Visit[] = [];
  const refused: RefusedRequest[] = [];
  const made = createEdge({
    deployment: () => deployment,
    runtime:
      options.edgeFunctions ??
      options.runtime ??
      fakeRuntime({
        ...(options.viewerRequest && { request: options.viewerRequest }),
        ...(options.viewerResponse && { response: options.viewerResponse }),
      }),
    now: options.now ?? (() => new Date("2026-01-02T03:04:05.000Z")),
    ...(options.random && { random: options.random }),
    ...(options.cacheStore && { cacheStore: options.cacheStore }),
    ...(options.httpCaching && { httpCaching: options.httpCaching }),
    ...(options.mocks && { mocks: options.mocks }),
    ...(options.connectionListeners && { connectionListeners: options.connectionListeners }),
    onFetchedBehind: options.onFetchedBehind,
    ...(options.findPlace && { places: { find: options.findPlace } }),
    ...(options.logger && { logger: options.logger }),
    originSources: options.originSources,
    ...(options.findOriginCertificate && { findOriginCertificate: options.findOriginCertificate }),
    refusesPrivateOrigins: options.refusesPrivateOrigins ?? false,
    ...(options.originCredentials && { originCredentials: options.originCredentials }),
    ...(options.originCertificateAuthorities && {
      originCertificateAuthorities: options.originCertificateAuthorities,
    }),
    ...(options.trustedSignerKeys && { trustedSignerKeys: options.trustedSignerKeys }),
  });
  const edge = {
    ...made,
    listeners: [...made.listeners, (visit: Visit) => visits.push(visit)],
    refusedListeners: [(one: RefusedRequest) => refused.push(one)],
  };
  const listener = createListener(edge, {
    withoutPlainDoor: process.env["FOOTLIGHT_TEST_DOOR"] === "node:http",
    ...options.listener,
  });
  const port = await listenOn(t, listener.server);
  t.after(() => edge.close());

  const raw = (request: string | Buffer) => exchange(port, request);
  return {
    port,
    originPort,
    edge,
    listener,
    asked,
    visits,
    refused,
    setState(change) {
      deployment = deploy(change(deployment.state), deployment);
    },
    raw,
    ask(requestLine, ...lines) {
      const has = (name: string) => lines.some((line) => line.toLowerCase().startsWith(name));
      const own = has("host:") ? [] : [`Host: ${domainName}`];
      return raw([requestLine, ...own, "Connection: close", ...lines, "", ""].join("\r\n"));
    },
  };
}

export function stateOf(originPort: number, options: SceneOptions = {}): State {
  const wanted = options.functions ?? {
    ...(options.viewerRequest && { request: "viewer-request" }),
    ...(options.viewerResponse && { response: "viewer-response" }),
  };
  const items = Object.entries(wanted).map(([name, eventType]) => ({
    FunctionARN: `arn:aws:cloudfront::${account}:function/${name}`,
    EventType: eventType as "viewer-request",
  }));
  const config: Config = {
    CallerReference: "test",
    Comment: "",
    Enabled: true,
    Origins: { Quantity: 1, Items: [originConfig(originPort, options.originConfig)] },
    DefaultCacheBehavior: behavior({
      FunctionAssociations: { Quantity: items.length, Items: items },
      ...options.behavior,
    }),
    ...options.config,
  };
  const state = emptyState(account);
  return {
    ...state,
    functions: Map(Object.keys(wanted).map((name) => [name, liveFunction(name, name)])),
    distributions: Map([["E1", distributionOf("E1", domainName, config)]]),
    ...(options.resources && { resources: options.resources }),
  };
}

export function distributionOf(id: string, name: string, config: Config): Distribution {
  return {
    id,
    domainName: name,
    config,
    version: 1,
    deployRevision: 1,
    lastModifiedTime: "2026-01-01T00:00:00.000Z",
  };
}

function liveFunction(name: string, code: string): CloudFrontFunction {
  const copy: FunctionCopy = {
    config: { Comment: "", Runtime: "cloudfront-js-2.0" },
    code,
    version: 1,
    createdTime: "2026-01-01T00:00:00.000Z",
    lastModifiedTime: "2026-01-01T00:00:00.000Z",
  };
  return publishedOnce({ name, development: copy }, copy);
}

export function behavior(changes: Partial<Behavior> = {}): Behavior {
  return {
    TargetOriginId: "origin",
    ViewerProtocolPolicy: "allow-all",
    AllowedMethods: {
      Quantity: 7,
      Items: ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
      CachedMethods: { Quantity: 2, Items: ["GET", "HEAD"] },
    },
    CachePolicyId: cachingDisabled,
    OriginRequestPolicyId: allViewer,
    ...changes,
  };
}

export function originConfig(port: number, changes: Partial<OriginConfig> = {}): OriginConfig {
  return {
    Id: "origin",
    DomainName: "127.0.0.1",
    CustomOriginConfig: {
      HTTPPort: port,
      HTTPSPort: port,
      OriginProtocolPolicy: "http-only",
    },
    ...changes,
  };
}

/** Listens on a free port of the loopback interface until the test ends. */
export async function listenOn(t: SceneTest, server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    if ("closeAllConnections" in server)
      (server as { closeAllConnections(): void }).closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

export function open(port: number): Socket {
  return connect(port, "127.0.0.1");
}

async function exchange(port: number, request: string | Buffer): Promise<Reply> {
  const socket = open(port);
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.on("error", () => {});
  socket.write(typeof request === "string" ? Buffer.from(request, "latin1") : request);
  await new Promise((resolve) => void socket.once("close", resolve));
  return parseReply(Buffer.concat(chunks).toString("latin1"));
}

export function parseReply(text: string): Reply {
  const end = text.indexOf("\r\n\r\n");
  const [statusLine = "", ...lines] = text.slice(0, end < 0 ? undefined : end).split("\r\n");
  const [, status = "0", reason = ""] = /^HTTP\/1\.1 (\d+) ?(.*)$/.exec(statusLine) ?? [];
  const headers: Record<string, string> = {};
  const names: string[] = [];
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    names.push(name);
    const key = name.toLowerCase();
    headers[key] = headers[key] === undefined ? value : `${headers[key]}, ${value}`;
  }
  const rest = end < 0 ? "" : text.slice(end + 4);
  const body = /chunked/i.test(headers["transfer-encoding"] ?? "") ? dechunk(rest) : rest;
  return { status: Number(status), reason, headers, names, body, text };
}

/** @throws Error, when the last chunk is missing: the body broke off */
function dechunk(text: string): string {
  let body = "";
  let rest = text;
  for (;;) {
    const line = rest.indexOf("\r\n");
    if (line < 0) throw new Error(`The body broke off after ${body.length} characters`);
    const size = Number.parseInt(rest.slice(0, line), 16);
    if (size === 0) return body;
    body += rest.slice(line + 2, line + 2 + size);
    rest = rest.slice(line + 2 + size + 2);
  }
}
