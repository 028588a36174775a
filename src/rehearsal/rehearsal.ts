/**
 * Runs LIVE and DEVELOPMENT on recorded runs, each on the same inputs, and groups what differs by its shape.
 *
 * Memory is bounded, however many runs come: groups, one sample each, and counts are all that is kept.
 */
import type { DeployedDistribution } from "../edge/deployment/deployed-distribution.ts";
import type { RecordedRun } from "../edge/record/runs/recorded-run.ts";
import type { FunctionCopy } from "../model/function.ts";
import type {
  FunctionEvent,
  KeyValueReader,
  Outcome,
  RepeatedInvocation,
  RepeatingRuntime,
  RunInputs,
} from "../runtime/function-runtime.ts";
import { differencesOf } from "./differences.ts";
import { DistinctKeys } from "./distinct-keys.ts";
import { effectOf, keyOf, type Effect } from "./effect.ts";
import { DifferenceGroups, groupsMax, type RehearsalFindings } from "./findings.ts";
import { maskValues } from "./mask-values.ts";
import { keysOf, recordedStore } from "./recorded-store.ts";
import { testEventOf } from "./test-event-of.ts";
import { Utilizations } from "./utilizations.ts";

/** What DEVELOPMENT may need more than LIVE for the same run, in percent of what there is, without being told. */
const dearerBy = 10;
/** How far redirects to the same path are followed. */
const hopsMax = 4;

export interface RehearsalParts {
  readonly runtime: RepeatingRuntime;
  readonly live: FunctionCopy;
  readonly development: FunctionCopy;
  /** The function's name. */
  readonly name: string;
  /** By id: what cache keys are made by. */
  readonly distributions: ReadonlyMap<string, DeployedDistribution>;
  /** The key value stores as they are now. */
  readonly stores: {
    readonly live: KeyValueReader | undefined;
    readonly development: KeyValueReader | undefined;
  };
}

/** How a run is told of whose sealed values were opened. */
export interface OpenedRun {
  /** As it was recorded. */
  readonly event: FunctionEvent;
  /** What it asked its key value store, as that was recorded; absent where that is nothing. */
  readonly store?: RecordedRun["store"];
  /** What was opened. */
  readonly values: readonly string[];
}

export class Rehearsal {
  readonly #parts: RehearsalParts;
  readonly #groups = new DifferenceGroups();
  readonly #notComparable = new Map<string, number>();
  readonly #utilization = { live: new Utilizations(), development: new Utilizations() };
  readonly #caches = new Map<string, DistinctKeys>();
  readonly #eventTypes: ReadonlySet<string>;
  #compared = 0;
  #differing = 0;
  #withoutBehavior = 0;
  #unassociated = 0;

  constructor(parts: RehearsalParts) {
    this.#parts = parts;
    this.#eventTypes = eventTypesOf(parts);
  }

  get findings(): RehearsalFindings {
    const { live, development } = this.#utilization;
    return {
      ...{ compared: this.#compared, differing: this.#differing },
      ...{ withoutBehavior: this.#withoutBehavior, unassociated: this.#unassociated },
      notComparable: this.#notComparable,
      groups: this.#groups.all,
      utilization: { live: live.counts, development: development.counts },
      caches: new Map(Array.from(this.#caches, ([behavior, keys]) => [behavior, keys.counted])),
    };
  }

  /**
   * @param number the run's among all: they need not come one after the other
   * @param opened present where the run's values were sealed
   */
  add(run: RecordedRun, number: number, opened?: OpenedRun): void {
    const event = this.#placed(run.event);
    if (!this.#eventTypes.has(event.eventType)) {
      this.#unassociated += 1;
      return;
    }
    const { stores } = this.#parts;
    const seed = run.seed ?? seedOf(event.requestId);
    const inputs = (current: KeyValueReader | undefined): RunInputs => ({
      ...{ now: run.at, seed, store: recordedStore(run.store, current) },
    });
    const before = this.#run("live", event, inputs(stores.live));
    const after = this.#run("development", event, inputs(stores.development));
    const touched = new Set([...before.touched, ...after.touched]);
    if (touched.size > 0) {
      const reads =
        this.#notComparable.size < groupsMax ? [...touched].sort().join(", ") : "others";
      this.#notComparable.set(reads, (this.#notComparable.get(reads) ?? 0) + 1);
      return;
    }
    this.#compared += 1;
    this.#utilization.live.add(before.computeUtilization);
    this.#utilization.development.add(after.computeUtilization);
    const live = effectOf(before.outcome, event);
    const isSame = isSameOutcome(before.outcome, after.outcome);
    const development = isSame ? live : effectOf(after.outcome, event);
    const shapes = isSame ? [] : differencesOf(live, development);
    shapes.push(...this.#keyChange(live, development, event));
    if (
      shapes.length > 0 &&
      this.#redirectsForEver(development, event, inputs(stores.development))
    ) {
      shapes.push("redirects for ever");
    }
    if (after.computeUtilization >= before.computeUtilization + dearerBy) {
      shapes.push(`compute utilization: ${dearerBy} or more dearer`);
    }
    if (shapes.length === 0) return;
    this.#differing += 1;
    const mask = maskValues(opened?.values ?? []);
    const told = (effect: Effect): Effect =>
      opened === undefined ? effect : (JSON.parse(mask(JSON.stringify(effect))) as Effect);
    for (const shape of shapes) {
      this.#groups.add(mask(shape), () => ({
        number,
        given: { now: run.at, seed, ...keysOf((opened ?? run).store) },
        event: testEventOf(opened === undefined ? event : this.#placed(opened.event)),
        live: { ...told(live), computeUtilization: before.computeUtilization },
        development: { ...told(development), computeUtilization: after.computeUtilization },
      }));
    }
  }

  /** Sources that know no ids know the distribution's name, as access logs do, or a name that it answers to. */
  #placed(event: FunctionEvent): FunctionEvent {
    if (event.distributionId !== "") return event;
    const name = event.distributionDomainName.toLowerCase();
    for (const [distributionId, { domainName, aliases }] of this.#parts.distributions) {
      if (domainName === name || aliases.some((alias) => answersTo(alias, name))) {
        return { ...event, distributionId, distributionDomainName: domainName };
      }
    }
    return event;
  }

  #run(side: "live" | "development", event: FunctionEvent, inputs: RunInputs): RepeatedInvocation {
    return this.#parts.runtime.repeat(this.#parts[side], event, inputs);
  }

  #keyChange(live: Effect, development: Effect, event: FunctionEvent): string[] {
    if (event.response !== undefined) return [];
    const distribution = this.#parts.distributions.get(event.distributionId);
    if (distribution === undefined) {
      this.#withoutBehavior += 1;
      return [];
    }
    const before = keyOf(live, event, distribution);
    const after = live === development ? before : keyOf(development, event, distribution);
    if (before) this.#keysOf(before.behavior).add(before.key, "live");
    if (after) this.#keysOf(after.behavior).add(after.key, "development");
    if (before === undefined || after === undefined || before.key === after.key) return [];
    return [`cache key of ${after.behavior}: changed`];
  }

  #keysOf(behavior: string): DistinctKeys {
    let keys = this.#caches.get(behavior);
    if (keys === undefined) {
      keys = new DistinctKeys();
      this.#caches.set(behavior, keys);
    }
    return keys;
  }

  /** Whether whoever follows its redirects, to the same host, comes to where they were. */
  #redirectsForEver(effect: Effect, event: FunctionEvent, inputs: RunInputs): boolean {
    const seen = new Set([targetOf(event)]);
    let current = effect;
    for (let hop = 0; hop < hopsMax; hop += 1) {
      const next = redirected(current, event);
      if (next === undefined) return false;
      if (seen.has(targetOf(next))) return true;
      seen.add(targetOf(next));
      current = effectOf(this.#run("development", next, inputs).outcome, next);
    }
    return false;
  }
}

/** Those that distributions use the function for; both where none uses it yet. */
function eventTypesOf({ name, distributions }: RehearsalParts): ReadonlySet<string> {
  const types = new Set<string>();
  for (const { behaviors } of distributions.values()) {
    for (const { functions } of behaviors) {
      for (const [type, each] of Object.entries(functions)) if (each === name) types.add(type);
    }
  }
  return types.size > 0 ? types : new Set(["viewer-request", "viewer-response"]);
}

function answersTo(alias: string, name: string): boolean {
  return alias === name || (alias.startsWith("*.") && name.endsWith(alias.slice(1)));
}

function targetOf({ request: { uri, querystring } }: FunctionEvent): string {
  return querystring === undefined ? uri : `${uri}?${querystring}`;
}

/** @returns the event of who follows a redirect to the same host; undefined for what is none */
function redirected(
  { kind, status, headers }: Effect,
  event: FunctionEvent,
): FunctionEvent | undefined {
  if (kind !== "answers" || status < 301 || status > 308 || event.response !== undefined)
    return undefined;
  const lineOf = (lines: readonly string[], name: string): string | undefined =>
    lines[lines.findIndex((each, index) => index % 2 === 0 && each.toLowerCase() === name) + 1];
  const host = lineOf(event.request.headers, "host") ?? "host.invalid";
  const at = headers.findIndex(
    (each, index) => index % 2 === 0 && each.toLowerCase() === "location",
  );
  if (at < 0) return undefined;
  const url = URL.parse(headers[at + 1]!, `https://${host}${event.request.uri}`);
  if (url === null || url.host !== host) return undefined;
  const querystring = url.search === "" ? undefined : url.search.slice(1);
  return { ...event, request: { ...event.request, uri: url.pathname, querystring } };
}

/** What LIVE has drawn nothing for has the same chance in both versions. */
function seedOf(requestId: string): number {
  let seed = 1;
  for (let index = 0; index < requestId.length; index += 1) {
    seed = (seed * 31 + requestId.charCodeAt(index)) % 4_294_967_291;
  }
  return seed + 1;
}

function isSameOutcome(one: Outcome, other: Outcome): boolean {
  if (one === other) return true;
  if (one.type === "request" && other.type === "request") {
    return (
      one.request.uri === other.request.uri &&
      one.request.querystring === other.request.querystring &&
      isSameList(one.request.headers, other.request.headers) &&
      JSON.stringify(one.origin) === JSON.stringify(other.origin) &&
      JSON.stringify(one.certificates) === JSON.stringify(other.certificates)
    );
  }
  if (one.type === "response" && other.type === "response") {
    const [before, after] = [one.response, other.response];
    return (
      before.statusCode === after.statusCode &&
      before.statusDescription === after.statusDescription &&
      isSameList(before.headers, after.headers) &&
      Buffer.from(before.body ?? []).equals(Buffer.from(after.body ?? []))
    );
  }
  return false;
}

function isSameList(list: readonly string[], other: readonly string[]): boolean {
  return (
    list === other ||
    (list.length === other.length && list.every((text, index) => text === other[index]))
  );
}
