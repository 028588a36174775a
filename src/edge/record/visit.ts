/**
 * One request of a viewer from its arrival to its end, and what happened to it on the way.
 *
 * The one thing of a request that changes: made at the door, filled in by the steps, and told to
 * whoever records visits when it is over. Times are milliseconds by `performance.now()`.
 */
import { performance } from "node:perf_hooks";
import type { CacheOutcome, NotStored } from "../../cache/outcome.ts";
import type { StoredMeta } from "../../cache/store.ts";
import type { Wanted } from "../../base/wanted.ts";
import type { FunctionCopy } from "../../model/function.ts";
import type { Waves } from "../../model/function-waves.ts";
import type {
  EventRequest,
  EventResponse,
  EventType,
  FunctionEvent,
  Invocation,
  Outcome,
  StoreCounts,
} from "../../runtime/function-runtime.ts";
import type {
  DeployedBehavior,
  DeployedDistribution,
  ServingBehavior,
} from "../deployment/deployed-distribution.ts";
import type { DeployedTenant } from "../deployment/deployed-tenant.ts";
import type { Deployment } from "../deployment/deployment.ts";
import type { OriginAttempt } from "../origin/origin-attempt.ts";
import { nowhere, type Places, type ViewerPlace } from "../viewer-place.ts";
import type { ViewerRequest } from "../viewer-request.ts";
import { notApart, type KeptApart } from "./kept-apart.ts";
import { loggedResults, type LoggedResults } from "./logged-results.ts";
import type { ViewerLeft } from "./viewer-left.ts";
import type { ErrorPageUsed, Found, LookUpNotes } from "./look-up-notes.ts";
import type { DetailedResult, ResultType } from "./result-types.ts";

/** A function that ran. */
export interface FunctionRun {
  readonly name: string;
  /** What it was. */
  readonly copy: FunctionCopy;
  /** The number of the copy among the function's versions. */
  readonly version: number;
  /** The waves that were on, where it counts for them. */
  readonly waves: Waves | undefined;
  readonly eventType: EventType;
  /** All that it was given. */
  readonly event: FunctionEvent;
  /** What else it had; see {@link Invocation}. */
  readonly ranAt: Invocation["ranAt"];
  readonly seed: Invocation["seed"];
  readonly storeReads: Invocation["storeReads"];
  /** What it was given to change: the request, or the response of a viewer-response event. */
  readonly given: EventRequest | EventResponse;
  readonly outcome: Outcome;
  /**
   * When it was asked for, and when there was its answer: waiting and the way to another process among it. 0 where nobody wants
   * to know.
   */
  readonly startedAt: number;
  readonly endedAt: number;
  /** What it printed, an entry a call. */
  readonly logs: readonly string[];
  /** 0 to 100. */
  readonly computeUtilization: number;
  /** Absent where it asked no key value store for anything. */
  readonly storeCounts: StoreCounts | undefined;
  /** What it gave cf.logCustomData(); undefined where it gave nothing. */
  readonly logData: string | undefined;
}

const noLines: readonly string[] = [];

export class Visit implements LookUpNotes {
  /** When the request's head was there, and those before it on its connection had their answers. */
  readonly startedAt = performance.now();
  readonly request: ViewerRequest;
  /** Over when the answer was sent, or the viewer has left before that. */
  readonly viewer: Wanted;
  /** What it is served by from beginning to end, whatever is deployed meanwhile. */
  readonly deployment: Deployment;
  /** Known once the Host header has been looked up; the staging one, where that serves the visit. */
  distribution: DeployedDistribution | undefined;
  /** Whose names the viewer came by, where a staging distribution serves it. */
  primary: DeployedDistribution | undefined;
  /** Whether the viewer sends a cookie of the edge's own, which goes no further. */
  sendsSession = false;
  /** Set-Cookie lines of the edge's own, which the answer is given last. */
  readonly setsCookies: string[] = [];
  behavior: DeployedBehavior | undefined;
  /** Whether it is a call by gRPC, which goes to its origin as one. */
  isGrpc = false;
  /** By which version of its viewer-request function what is kept for it is kept apart. */
  keptApart: KeptApart = notApart;
  cache: CacheOutcome = "bypassed";
  /** What it was looked up by; undefined where nothing was looked up. */
  cacheKey: string | undefined;
  /** Why its response was not kept, where it could have been. */
  notStored: NotStored | undefined;
  found: Found | undefined;
  sharedWith: string | undefined;
  kept: StoredMeta | undefined;
  errorPage: ErrorPageUsed | undefined;
  readonly runs: FunctionRun[] = [];
  /** In the order in which they began: none where the edge answered by itself. */
  readonly origins: OriginAttempt[] = [];
  /** Of the answer; 0 where the viewer left before there was one. */
  status = 0;
  /** Of the answer, names and values in turn, without those that the edge says of itself. */
  answerHeaders: readonly string[] = [];
  result: ResultType = "Error";
  detail: DetailedResult = "Error";
  /** What the page says, where the edge refused. */
  sentence: string | undefined;
  /** The answer's header lines as they were before the response headers policy; undefined where none counted. */
  beforePolicy: readonly string[] | undefined;
  /** The same after it. */
  afterPolicy: readonly string[] | undefined;
  /** The answer's header lines, without the edge's own. */
  answered: readonly string[] = noLines;
  /** When the answer's head was written; 0 where the viewer left before that. */
  firstByteAt = 0;
  /** What the connection was given for the viewer, heads and framing among it, in bytes. */
  bytesSent = 0;
  /** What was read of the request, its head and its body without framing, in bytes; of a WebSocket connection all. */
  bytesReceived = 0;
  /** When the last byte of the answer was given to the connection, or the viewer was found to have left. */
  endedAt = 0;
  /** How the viewer left before all of its answer was given to it; undefined where it did not. */
  left: ViewerLeft | undefined;

  readonly #places: Places | undefined;
  #viewerPlace: ViewerPlace | undefined;

  /** @param places undefined where no address is known */
  constructor(request: ViewerRequest, viewer: Wanted, deployment: Deployment, places?: Places) {
    this.request = request;
    this.viewer = viewer;
    this.deployment = deployment;
    this.#places = places;
  }

  /** Where its viewer is: looked up when somebody asks, and once; what is mocked of it is in `request`. */
  get viewerPlace(): ViewerPlace {
    if (this.#viewerPlace !== undefined) return this.#viewerPlace;
    const { ip, mocked } = this.request;
    const found = this.#places?.find(ip) ?? nowhere;
    return (this.#viewerPlace = mocked === undefined ? found : mocked.placeOver(found));
  }

  get id(): string {
    return this.request.id;
  }

  /** Whose site it is for, where it is one of a multi-tenant distribution's. */
  get tenant(): DeployedTenant | undefined {
    return this.distribution?.tenant;
  }

  /** How it came out, in the words of logs; to be asked once it is over. */
  get results(): LoggedResults {
    return loggedResults(this);
  }

  /** What its connection spoke in the end. */
  get protocol(): "http" | "https" | "ws" | "wss" | "grpcs" {
    const { scheme } = this.request;
    if (this.isGrpc) return "grpcs";
    if (this.status !== 101) return scheme;
    return scheme === "http" ? "ws" : "wss";
  }

  /** Fills in where it leads. */
  place(distribution: DeployedDistribution, behavior: ServingBehavior): PlacedVisit {
    this.distribution = distribution;
    this.behavior = behavior;
    return this as PlacedVisit;
  }
}

/** A visit that has found its distribution and behavior. */
export type PlacedVisit = Visit & {
  readonly distribution: DeployedDistribution;
  readonly behavior: ServingBehavior;
};

/** Told of each visit when it is over: its answer was sent, or its viewer has left. */
export type VisitListener = (visit: Visit) => void;
