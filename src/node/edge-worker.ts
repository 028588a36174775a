/**
 * An edge worker's process: builds an edge on a state that the primary feeds, and serves viewers.
 *
 * It applies entries in the order they come and acknowledges each one after it serves by it. If
 * the primary goes away it ends, because nobody could tell it of a change any more.
 */
import { once } from "node:events";
import type { Server } from "node:net";
import { createEdge } from "../edge/edge.ts";
import { createListener } from "../edge/viewer/node-http.ts";
import { CacheRecord } from "../edge/record/cache-record.ts";
import type { ConnectionCounts } from "../edge/record/connection-counts.ts";
import { VisitCounter } from "../edge/record/visit-counter.ts";
import { WaveCounter } from "../edge/record/wave-counter.ts";
import "../runtime/require-sandbox.ts";
import type { FunctionCopy } from "../model/function.ts";
import { decodeSnapshot } from "../state/snapshot.ts";
import { StateFollower } from "../state/state-follower.ts";
import type { Change } from "../state/change.ts";
import type { State } from "../state/state.ts";
import { withSlice } from "../state/state-difference.ts";
import { Deployer } from "./deployer.ts";
import { openFunctionLogs } from "./function-logs.ts";
import { openAccessLogs } from "./access-logs.ts";
import { openEdgeCache } from "./edge-cache.ts";
import { answerAboutCache, type CacheWindow } from "./cache-questions.ts";
import type { LostLines } from "./metrics/lost-lines.ts";
import { measureWorker } from "./metrics/worker-measures.ts";
import { openMocks } from "./edge-mocks.ts";
import { openFlightRecord } from "./flight-record.ts";
import { foreseePublish } from "./foreseen-publishes.ts";
import { geoFilesOf, openGeoDatabases } from "./geo-databases.ts";
import { watchCertificates } from "./edge-certificates.ts";
import { IssuedCertificates } from "./issued-certificates.ts";
import { hasFunctions, LateFunctions } from "./late-functions.ts";
import { listedNetworks } from "./listed-networks.ts";
import { listenErrorMessage, type ListenAddress } from "./listen-address.ts";
import { createWorkerLogger } from "./worker-logger.ts";
import { copiesOnlyIn, type ServingCopy } from "./live-copies.ts";
import { connectionsMax, openFilesLimit } from "./open-files.ts";
import { readOriginOptions } from "./origin-options.ts";
import { openOriginCredentials } from "./origin-credentials.ts";
import { answerAboutRecording, openRunRecorder } from "./run-recording.ts";
import { TouchedFunctions } from "./touched-functions.ts";
import { TraceKeeper, traceFile } from "./trace-keeper.ts";
import { answerAboutTraces } from "./trace-questions.ts";
import { watchCertificateFolder } from "./watched-certificates.ts";
import type { FromWorker, ToWorker, WorkerQuestion } from "./worker-messages.ts";
import { receiveSettings, type LaterMessage } from "./worker-settings.ts";

/** What a worker has open without viewers, some 25, and what it may need for slow lanes. */
const ownFiles = 64;

/** How long a worker serves before it loads what runs functions, where none has come: the node is just starting. */
const loadsFunctionsAfterMs = 250;

/** A worker that is killed takes so much of its counts with it. */
const countedEveryMs = 250;

const { settings, goOn } = await receiveSettings();
const logger = createWorkerLogger(settings.logLevel);
const noteRun = openFlightRecord(settings.flightPath);
const functions = new LateFunctions(async () => {
  const { openWorkerFunctions } = await import("./worker-functions.ts");
  return openWorkerFunctions({ settings, logger, noteRun, tell });
});
let serving: { readonly follower: StateFollower; readonly deployer: Deployer } | undefined;
/** What questions about the cache are answered from; undefined before viewers are served. */
let cacheWindow: CacheWindow | undefined;
const counter = settings.metrics === "on" ? new VisitCounter() : undefined;
const waveCounter = new WaveCounter();
/** How many connections of viewers are open. */
let connectionsOpen = (): number => 0;
/** What logs have lost since this was last called. */
let takeLost = (): LostLines => ({});
/** What became of connections that did harm since this was last called. */
let takeConnections = (): ConnectionCounts | undefined => undefined;
/** Writes down what functions have logged. */
let flushFunctionLogs = (): Promise<void> => Promise.resolve();
/** Undefined where no request's way is kept. */
const traces =
  settings.traces === "on" ? new TraceKeeper(traceFile(settings.data), logger) : undefined;
/** Undefined where no runs are recorded. */
const recorder = openRunRecorder(settings);
/** Resolved when viewers may come. */
const opened = Promise.withResolvers<void>();
if (!settings.isHeld) opened.resolve();
/** Lets viewers finish; undefined before there can be any. */
let finish: (() => Promise<void>) | undefined;

goOn(hear);
// The primary decides when a worker ends; a signal to the whole group must not cut requests off.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});
tell({ type: "hello" });

function hear(message: LaterMessage): void {
  switch (message.type) {
    case "state":
      void serve(readState(message));
      break;
    case "entry":
      // What came before it is worked off in turns.
      if (backlog.length > 0) takeInTurn(message);
      else take(message);
      break;
    case "difference":
      takeInTurn(message);
      break;
    case "open":
      opened.resolve();
      break;
    case "quarantine":
      functions.hold(message.key, message.offence);
      break;
    case "ping":
      tell({ type: "alive" });
      break;
    case "question":
      void answerQuestion(message.id, message.question);
      break;
    case "drain":
      // Closing a server that is about to listen is an error inside Node's cluster module.
      if (finish === undefined) process.exit(0);
      void finish();
      break;
  }
}

type StateMessage = Extract<ToWorker, { readonly type: "entry" | "difference" }>;

/** A slice takes some milliseconds: one in a turn of the event loop, and requests between two of them. */
const backlog: StateMessage[] = [];
/** What is built from slices until the last has come. */
let skippedTo: State | undefined;

function takeInTurn(message: StateMessage): void {
  backlog.push(message);
  if (backlog.length === 1) setImmediate(workOff);
}

function workOff(): void {
  const [next] = backlog;
  if (next !== undefined) take(next);
  backlog.shift();
  if (backlog.length > 0) setImmediate(workOff);
}

function take(message: StateMessage): void {
  const { follower, deployer } = requireServing();
  if (message.type === "entry") {
    follower.apply(message);
    deployer.advance(follower.state);
    return;
  }
  skippedTo = withSlice(skippedTo ?? follower.state, message.slice);
  if (!message.slice.isLast) return;
  follower.skipTo(skippedTo);
  skippedTo = undefined;
  deployer.advance(follower.state);
}

async function serve(initial: State): Promise<void> {
  const follower = new StateFollower(initial, logger);
  const touched = new TouchedFunctions();
  follower.onChange((state, previous, { revision }, change) => {
    touched.note(change, revision);
    if (hasFunctions(state)) void functions.load();
    noteForeseen(change, state, previous);
  });
  follower.onSkip(({ revision }) => touched.noteAll(revision));
  const deployer = new Deployer(initial, ({ state }, before) => {
    const names = touched.take(state.revision);
    prepareNewCopies(copiesOnlyIn(state, before.state, names));
    retireOldCopies(copiesOnlyIn(before.state, state, names));
    tell({ type: "applied", revision: state.revision });
  });
  serving = { follower, deployer };
  const functionsRun = hasFunctions(initial) ? functions.load() : undefined;
  const places = await openGeoDatabases(geoFilesOf(settings), logger);
  const mocks = await openMocks(settings, logger);
  const cacheStore = await openEdgeCache(settings, logger);
  const reading = settings.httpCaching === "strict" ? "strict" : "cloudfront";
  const record = new CacheRecord();
  cacheWindow = { deployment: () => deployer.deployment, store: cacheStore, record, reading };
  const accessLogs = openAccessLogs({ settings, places, logger });
  const functionLogs = openFunctionLogs(settings, logger);
  flushFunctionLogs = functionLogs.flush;
  takeLost = () => ({ ...accessLogs?.takeLost(), function: functionLogs.takeLost() });
  // For viewers, and for origins that ask for one.
  const { current: folder } = watchCertificateFolder(settings.certificates, logger);
  const edge = createEdge({
    findOriginCertificate: (id) => folder().byId.get(id),
    deployment: () => deployer.deployment,
    runtime: functions,
    cacheStore,
    httpCaching: reading,
    places,
    trustedSignerKeys: settings.signerPems,
    mocks,
    timesRuns: traces !== undefined,
    versionChoice: { group: settings.edgeGroup, cookies: settings.versionCookies === "on" },
    listeners: [
      record.listener,
      counter?.listener,
      waveCounter.listener,
      traces?.pending.listener,
      recorder?.listener,
      accessLogs?.visit,
      functionLogs.visit,
    ].filter(isThere),
    refusedListeners: [
      counter?.refusedListener,
      traces?.pending.refusedListener,
      accessLogs?.refused,
    ].filter(isThere),
    connectionListeners: [accessLogs?.connection, functionLogs.connection].filter(isThere),
    onFetchedBehind: record.noteBehind,
    now: () => new Date(),
    pop: settings.pop,
    originCredentials: openOriginCredentials({
      file: settings.originCredentials,
      environment: process.env,
      logger,
    }),
    logger,
    ...readOriginOptions(settings),
  });
  const { httpsPort } = settings;
  const issued = new IssuedCertificates(settings, logger);
  const sources = {
    ...{ data: settings.data, folder },
    issued: () => issued.of(deployer.deployment.state.certificates),
  };
  const certificates = httpsPort === undefined ? undefined : watchCertificates(sources, logger);
  // What can't be opened is said now, and not when the first viewer is shown another certificate.
  certificates?.();
  const listener = createListener(edge, {
    security: certificates && {
      certificates,
      ticketKeys: Buffer.from(settings.ticketKeys, "base64"),
    },
    ...listedNetworks(settings),
    connectionsMax: connectionsMax(openFilesLimit(), ownFiles),
    onFull: (isFull) => tell({ type: "full", isFull }),
  });
  connectionsOpen = listener.connectionsOpen;
  takeConnections = listener.takeConnections;
  if (counter !== undefined) setInterval(tellCounted, countedEveryMs).unref();
  setInterval(tellTallied, countedEveryMs).unref();
  await functionsRun;
  await opened.promise;
  const { edgeHost: host, edgePort: port, reusePort } = settings;
  const listens =
    (await listen(listener.server, { host, port, reusePort }, "--edge-port")) &&
    (listener.secureServer === undefined ||
      httpsPort === undefined ||
      (await listen(
        listener.secureServer,
        { host, port: httpsPort, reusePort },
        "--edge-https-port",
      )));
  if (!listens) return;
  finish = () =>
    drain(
      () => listener.drain(settings.drainMs),
      edge.close,
      async () => {
        await Promise.all([traces?.close(), accessLogs?.close(), functionLogs.close()]);
        await cacheStore?.close();
      },
    );
  tell({ type: "ready", revision: deployer.deployment.state.revision });
  setTimeout(() => void functions.load(), loadsFunctionsAfterMs).unref();
}

function isThere<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
}

/** @returns whether it does; where it can't, the primary is told why, and the process ends */
async function listen(
  server: Server,
  address: ListenAddress & { readonly reusePort: boolean },
  flag: string,
): Promise<boolean> {
  try {
    server.listen(address);
    await once(server, "listening");
    return true;
  } catch (error) {
    const message = listenErrorMessage(error as Error, address, flag);
    const { code } = error as NodeJS.ErrnoException;
    tell({ type: "failed", message, code }, () => process.exit(1));
    return false;
  }
}

async function answerQuestion(id: number, question: WorkerQuestion): Promise<void> {
  try {
    if (question.about === "metrics") {
      tellCounted();
      const value = measureWorker(connectionsOpen(), cacheWindow?.store);
      tell({ type: "answer", id, answer: { value } });
      return;
    }
    if (question.about === "traces") {
      const value = await answerAboutTraces(question, traces);
      tell({ type: "answer", id, answer: { value } });
      return;
    }
    if (question.about === "function logs") {
      await flushFunctionLogs();
      tell({ type: "answer", id, answer: { value: true } });
      return;
    }
    if (question.about === "recorded runs") {
      const value = answerAboutRecording(question, recorder);
      tell({ type: "answer", id, answer: { value } });
      return;
    }
    const value = cacheWindow && (await answerAboutCache(question, cacheWindow));
    tell({ type: "answer", id, answer: cacheWindow && { value } });
  } catch (err) {
    logger.error({ err, about: question.about }, "a question could not be answered");
    tell({ type: "answer", id, answer: undefined });
  }
}

/** What is told is the primary's: should this process die, it takes no more with it than what came since. */
function tellCounted(whenSent?: () => void): void {
  const counted = counter?.take() ?? [];
  const lost = counter === undefined ? {} : takeLost();
  const connections: Partial<ConnectionCounts> = (counter && takeConnections()) ?? {};
  const more = [...Object.values(lost), ...Object.values(connections)];
  const hasMore = more.some((count) => count > 0);
  if (counted.length > 0 || hasMore)
    tell({ type: "counted", counted, lost, connections }, whenSent);
  else whenSent?.();
}

/** What gates of waves are decided by; without a visit to a function in waves there is nothing to tell. */
function tellTallied(): void {
  const tallies = waveCounter.take();
  if (tallies.length > 0) tell({ type: "tallied", tallies });
}

async function drain(...steps: (() => Promise<void>)[]): Promise<void> {
  for (const step of steps) await step();
  await functions.close();
  tellCounted(() => process.exit(0));
}

/** Compiles what serves from now on before that is acknowledged: the first request finds it warm. */
function prepareNewCopies(copies: Iterable<ServingCopy>): void {
  for (const { copy, name, isUsed } of copies) {
    // One that served before must be told that it does again, whether it is in use or not.
    if (isUsed || retired.has(copy)) functions.prepare(copy, name);
    retired.delete(copy);
  }
}

const retired = new WeakSet<FunctionCopy>();

/** Requests that began before keep the state they began with, and may still run what was replaced. */
function retireOldCopies(copies: Iterable<ServingCopy>): void {
  for (const { copy } of copies) {
    functions.retire(copy);
    retired.add(copy);
  }
}

/** What may be published next is compiled once the change is acknowledged that makes it likely. */
function noteForeseen(change: Change, state: State, previous: State): void {
  const foreseen = foreseePublish(change, state, previous);
  if (foreseen === undefined) return;
  const { copy, name, isLikely } = foreseen;
  if (isLikely) setImmediate(() => functions.foresee(copy, name));
  else functions.forgo(copy);
}

function readState({ snapshot, entries }: Extract<ToWorker, { readonly type: "state" }>): State {
  const state = decodeSnapshot(snapshot, settings.account);
  if (state === undefined) throw new Error("The primary is of another version of Footlight");
  const follower = new StateFollower(state, logger);
  for (const entry of entries) follower.apply(entry);
  return follower.state;
}

function requireServing(): NonNullable<typeof serving> {
  if (serving === undefined) throw new Error("The primary sent an entry before the state");
  return serving;
}

function tell(message: FromWorker, whenSent: () => void = () => {}): void {
  process.send?.(message, whenSent);
}
