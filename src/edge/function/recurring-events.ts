/**
 * Of viewers' requests that come again and again with the same header lines, what functions are given: the very same object each
 * time, and with it what they answered last.
 *
 * A table of slots in sets, found by the lines and a hash of the target. A request that comes again while its hash is among the
 * latest of its set takes a slot; it is found only where all of it is the same. So what is kept is bounded by the slots, and who
 * makes up targets costs a look-up and a number.
 */
import { PlaceInRecurring, type Recurring } from "../../base/recurring.ts";
import type { EventRequest } from "../../runtime/function-runtime.ts";
import { RunMemory } from "../../runtime/remembered/run-memory.ts";
import type { ViewerRequest } from "../viewer-request.ts";

interface RecurringEvent {
  readonly event: EventRequest;
  readonly memory: RunMemory;
}

const ways = 4;
const sets = 1024;
const kept: (RecurringEvent | undefined)[] = Array.from({ length: ways * sets });
const keptHashes = new Int32Array(ways * sets);
/** The hashes of what came to each set last that was not kept. */
const latestHashes = new Int32Array(ways * sets);
/** How many came to each set, modulo the ways: they take its slots in turn. */
const arrivals = new Uint8Array(sets);

/** Characters of a path and its query that are kept. */
const longestTarget = 1024;

/**
 * @param event of the viewer's request, as it would be without this
 * @param lines the headers that the event was made of; other ones than the viewer's own are made anew for each request
 */
export function recurringEvent(
  event: EventRequest,
  lines: readonly string[],
  viewer: ViewerRequest,
): { readonly event: EventRequest; readonly memory?: RunMemory } {
  const { recurring } = viewer;
  if (recurring === undefined || lines !== viewer.headers || lines !== event.headers) {
    return { event };
  }
  const hash = hashOf(event, numberOf(recurring));
  const slot = slotWith(keptHashes, hash);
  const known = slot === -1 ? undefined : kept[slot];
  if (known !== undefined && isSame(known.event, event)) return known;
  const { uri, querystring = "" } = event;
  if (uri.length + querystring.length > longestTarget || !comesAgain(hash)) return { event };
  return keep(event, hash);
}

function isSame(one: EventRequest, other: EventRequest): boolean {
  return (
    one.headers === other.headers &&
    one.uri === other.uri &&
    one.querystring === other.querystring &&
    one.method === other.method
  );
}

/** Notes what has come. @returns whether it came to its set lately */
function comesAgain(hash: number): boolean {
  if (slotWith(latestHashes, hash) !== -1) return true;
  const set = setOf(hash);
  const way = arrivals[set] as number;
  arrivals[set] = (way + 1) % ways;
  latestHashes[set * ways + way] = hash;
  return false;
}

function keep(event: EventRequest, hash: number): RecurringEvent {
  const latest = slotWith(latestHashes, hash);
  const known = slotWith(keptHashes, hash);
  const slot = known === -1 ? latest : known;
  latestHashes[latest] = 0;
  keptHashes[slot] = hash;
  const { uri, querystring } = event;
  const own = { uri: byItself(uri), querystring: querystring && byItself(querystring) };
  return (kept[slot] = { event: { ...event, ...own }, memory: new RunMemory() });
}

/** The same text: what was cut out of another keeps all of that in memory. */
function byItself(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}

/** @returns the slot of a hash's set that has the hash; -1 where none has */
function slotWith(hashes: Int32Array, hash: number): number {
  const first = setOf(hash) * ways;
  for (let slot = first; slot < first + ways; slot += 1) if (hashes[slot] === hash) return slot;
  return -1;
}

/** Characters of each text that are looked at, at most. */
const sampled = 32;

function hashOf({ method, uri, querystring }: EventRequest, lines: number): number {
  let hash = (lines ^ uri.length ^ (method.length << 16)) | 0;
  hash = addTo(hash, uri);
  return querystring === undefined ? hash : addTo(hash ^ querystring.length, querystring);
}

function addTo(hash: number, text: string): number {
  const step = Math.ceil(text.length / sampled);
  let sum = hash;
  for (let at = text.length - 1; at >= 0; at -= step) {
    sum = (Math.imul(sum, 31) + text.charCodeAt(at)) | 0;
  }
  return Math.imul(sum, 0x9e3779b1);
}

function setOf(hash: number): number {
  return (hash >>> 8) & (sets - 1);
}

const numbers = new PlaceInRecurring<{ readonly number: number }>();
let lastNumber = 0;

/** Of lines, each its own. */
function numberOf(recurring: Recurring): number {
  let made = numbers.in(recurring);
  if (made === undefined) {
    lastNumber = (lastNumber + 0x10001) | 0;
    made = { number: Math.imul(lastNumber, 0x85ebca6b) };
    numbers.put(made, recurring);
  }
  return made.number;
}
