/**
 * A policy: until when, from when, from where and for which URLs a signature is good.
 *
 * A canned policy is not sent: it is made again of the URL and Expires, to the letter. A custom one is
 * sent, and may say no more than what is enforced here. A condition that nobody knows would be one that
 * nobody checks, so such a policy is malformed.
 *
 * Source: CloudFront Developer Guide, "Create a signed URL using a canned policy" and "… a custom policy".
 */
import { JsonRefusal, parseStrictJson } from "../../../base/strict-json.ts";
import { readIpv4Range, type AddressMatcher } from "./ipv4-range.ts";
import { compileResource, type AskedUrl, type ResourceMatcher } from "./resource-pattern.ts";

export interface CustomPolicy {
  /** Undefined where it is for every URL of every distribution that trusts the key. */
  readonly isFor: ResourceMatcher | undefined;
  /** Seconds since the epoch, as the next: the first second in which it is over. */
  readonly until: number;
  /** The last second in which it has not begun. */
  readonly after: number | undefined;
  readonly isFrom: AddressMatcher | undefined;
}

/** Characters of a Resource with a `*`: matching takes as many steps as it and the URL have together, multiplied. */
const patternMax = 1024;

/** Expires is a 64-bit integer. */
const epochTimeMax = 2 ** 63;

/** @returns the seconds of Expires; undefined for what is no time */
export function readExpires(text: string): number | undefined {
  if (!/^(0|[1-9]\d{0,18})$/.test(text)) return undefined;
  return epochTime(Number(text));
}

/** @param expires a text that readExpires() takes */
export function cannedPolicy(url: string, expires: string): string {
  return `{"Statement":[{"Resource":${JSON.stringify(url)},"Condition":{"DateLessThan":{"AWS:EpochTime":${expires}}}}]}`;
}

/** @returns undefined for what is no policy */
export function readCustomPolicy(bytes: Buffer): CustomPolicy | undefined {
  try {
    // A URL is compared by its bytes, whatever their encoding.
    const policy = membersOf(parseStrictJson(bytes.toString("latin1")));
    const statements = policy?.["Statement"];
    if (!Array.isArray(statements) || statements.length !== 1) return undefined;
    return readStatement(statements[0]);
  } catch (error) {
    if (error instanceof JsonRefusal) return undefined;
    throw error;
  }
}

export function allows(policy: CustomPolicy, url: AskedUrl, address: string, now: Date): boolean {
  return (
    isDuring(policy, now) && policy.isFrom?.(address) !== false && policy.isFor?.(url) !== false
  );
}

export function isDuring(
  { until, after }: Pick<CustomPolicy, "until" | "after">,
  now: Date,
): boolean {
  const seconds = Math.floor(now.getTime() / 1000);
  return seconds < until && (after === undefined || seconds > after);
}

function readStatement(value: unknown): CustomPolicy | undefined {
  const statement = membersOf(value, ["Resource", "Condition"]);
  const names = ["DateLessThan", "DateGreaterThan", "IpAddress"];
  const condition = membersOf(statement?.["Condition"], names);
  if (statement === undefined || condition === undefined) return undefined;
  const { Resource } = statement;
  const until = onlyMember(condition["DateLessThan"], "AWS:EpochTime");
  const after = onlyMember(condition["DateGreaterThan"], "AWS:EpochTime");
  const source = onlyMember(condition["IpAddress"], "AWS:SourceIp");
  const isFrom = typeof source === "string" ? readIpv4Range(source) : undefined;
  if (epochTime(until) === undefined) return undefined;
  if ("DateGreaterThan" in condition && epochTime(after) === undefined) return undefined;
  if ("IpAddress" in condition && isFrom === undefined) return undefined;
  if ("Resource" in statement && !isResource(Resource)) return undefined;
  return {
    isFor: isResource(Resource) ? compileResource(Resource) : undefined,
    until: until as number,
    after: after as number | undefined,
    isFrom,
  };
}

function isResource(value: unknown): value is string {
  return typeof value === "string" && (value.length <= patternMax || !value.includes("*"));
}

type Members = Readonly<Record<string, unknown>>;

/** @returns undefined for what is no object, or has a member that is not among the names */
function membersOf(value: unknown, names?: readonly string[]): Members | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value);
  if (names !== undefined && !entries.every(([name]) => names.includes(name))) return undefined;
  // Without a prototype, whose members a policy has not said.
  return Object.assign(Object.create(null), Object.fromEntries(entries)) as Members;
}

function onlyMember(value: unknown, name: string): unknown {
  return membersOf(value, [name])?.[name];
}

function epochTime(value: unknown): number | undefined {
  const isTime =
    typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= epochTimeMax;
  return isTime ? value : undefined;
}
