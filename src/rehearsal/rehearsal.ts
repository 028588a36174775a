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
import { DistinctKeys, type KeysTold } from "./distinct-keys.ts";
import { effectOf, keyOf, type Effect } from "./effect.ts";
import { recordedStore } from "./recorded-store.ts";
import { testEventOf } from "./test-event-of.ts";
import { Utilizations, type UtilizationsTold } from "./utilizations.ts";

/** Groups, of each kind; what differs otherwise is counted in one. */
const groupsMax = 500;
/** What DEVELOPMENT may need more than LIVE for the same run, in percent of what there is, without being told. */
const dearerBy = 10;
/** How far redirects to the same path are followed. */
const hopsMax = 4;

export interface RehearsalParts {
  readonly runtime: RepeatingRuntime;
  readonly live: FunctionCopy;
  readonly development: FunctionCopy;
  /** By id: what cache keys are made by. */
  readonly distributions: ReadonlyMap<string, DeployedDistribution>;
  /** The key value stores as they are now. */
  readonly stores: {
    readonly live: KeyValueReader | undefined;
    readonly development: KeyValueReader | undefined;
  };
}

export interface DifferenceGroup {
  readonly shape: string;
  /** Runs that differ so. */
  readonly count: number;
  /** One of them. */
  readonly sample: {
    /** As TestFunction takes it; see hidden-values.ts for what stands for secrets. */
    readonly event: object;
    readonly live: Effect & { readonly computeUtilization: number };
    readonly development: Effect & { readonly computeUtilization: number };
  };
}

export interface RehearsalReport {
  /** Runs that could be compared. */
  readonly compared: number;
  /** Those of them that differ. */
  readonly differing: number;
  /** Runs that read what is hidden, by what. */
  readonly notComparable: readonly { readonly reads: string; readonly count: number }[];
  /** Most runs first. */
  readonly groups: readonly DifferenceGroup[];
  readonly utilization: { readonly live: UtilizationsTold; readonly development: UtilizationsTold };
  /** By distribution and path pattern. */
  readonly caches: readonly (KeysTold & { readonly behavior: string })[];
  /** Runs whose distribution is not known, or is gone: nothing is told of their cache keys. */
  readonly withoutBehavior: number;
}

export class Rehearsal {
  readonly #parts: RehearsalParts;
  readonly #groups = new Map<string, DifferenceGroup>();
  readonly #notComparable = new Map<string, number>();
  readonly #utilization = { live: new Utilizations(), development: new Utilizations() };
  readonly #caches = new Map<string, DistinctKeys>();
  #compared = 0;
  #differing = 0;
  #withoutBehavior = 0;

  constructor(parts: RehearsalParts) {
    this.#parts = parts;
  }

  get report(): RehearsalReport {
    const { live, development } = this.#utilization;
    return {
      ...{ compared: this.#compared, differing: this.#differing },
      notComparable: [...this.#notComparable].map(([reads, count]) => ({ reads, count })),
      groups: [...this.#groups.values()].sort((one, other) => other.count - one.count),
      utilization: { live: live.told, development: development.told },
      caches: [...this.#caches].map(([behavior, keys]) => ({ behavior, ...keys.told })),
      withoutBehavior: this.#withoutBehavior,
    };
  }

  add(run: RecordedRun): void {
    const event = this.#placed(run.event);
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
    if (shapes.length > 0) this.#differing += 1;
    for (const shape of shapes) {
      this.#note(shape, () => ({
        event: testEventOf(event),
        live: { ...live, computeUtilization: before.computeUtilization },
        development: { ...development, computeUtilization: after.computeUtilization },
      }));
    }
  }

  /** Sources that know no ids, such as access logs, know the distribution's name. */
  #placed(event: FunctionEvent): FunctionEvent {
    if (event.distributionId !== "") return event;
    for (const [distributionId, { domainName }] of this.#parts.distributions) {
      if (domainName === event.distributionDomainName) return { ...event, distributionId };
    }
    return event;
  }

  #run(side: "live" | "development", event: FunctionEvent, inputs: RunInputs): RepeatedInvocation {
    return this.#parts.runtime.repeat(this.#parts[side], event, inputs);
  }

  #note(shape: string, sample: () => DifferenceGroup["sample"]): void {
    const isKnown = this.#groups.has(shape) || this.#groups.size < groupsMax;
    const name = isKnown ? shape : "other differences";
    const group = this.#groups.get(name) ?? { shape: name, count: 0, sample: sample() };
    this.#groups.set(name, { ...group, count: group.count + 1 });
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
