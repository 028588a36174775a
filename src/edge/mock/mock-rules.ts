/**
 * Reads a file of mock rules: JSON that says what is mocked, of whose requests.
 *
 *   {"rules": [{"viewers": ["10.0.0.0/8"], "country": "DE"}, {"originHealth": {"api": "down"}}]}
 *
 * What a rule says nothing of is as it is. All rules count that a request fits, and where two say
 * something of the same, the first.
 */
import { networksOf, type Networks } from "../../base/networks.ts";
import { JsonRefusal, parseStrictJson } from "../../base/strict-json.ts";
import { compilePattern, type PatternMatcher } from "../deployment/path-pattern.ts";
import type { OriginHealth } from "../mocked.ts";
import { knobNames, knobs, type Knob, type KnobName } from "./knobs.ts";
import type { MockValues } from "./mocked-facts.ts";
import { healthExpects, readHealth, type HealthByOrigin } from "./origin-health.ts";

export interface MockRule {
  /** Undefined where it is of all. */
  readonly viewers: Networks | undefined;
  /** Any of them; undefined where it is of all. */
  readonly paths: readonly PatternMatcher[] | undefined;
  readonly values: MockValues;
}

/** What is wrong with a file of rules, completing "FILE …". */
class RulesError extends Error {
  override readonly name = "RulesError";
}

/** @throws Error that completes "FILE …" */
export function readMockRules(text: string): readonly MockRule[] {
  let value: unknown;
  try {
    value = parseStrictJson(text);
  } catch (error) {
    if (error instanceof JsonRefusal) throw new RulesError(error.message, { cause: error });
    throw error;
  }
  const file = membersOf(value, "", ["rules"]);
  const rules = file["rules"];
  if (!Array.isArray(rules)) throw wrong("rules", "a list of rules", rules);
  return rules.map((rule, index) => readRule(rule, `rules[${index}]`));
}

const conditions = ["viewers", "paths"];

function readRule(value: unknown, where: string): MockRule {
  const known = [...conditions, ...knobNames, "originHealth"];
  const rule = membersOf(value, where, known);
  const texts = new Map<KnobName, string>();
  for (const name of knobNames) {
    if (Object.hasOwn(rule, name)) texts.set(name, readKnob(rule[name], `${where}.${name}`, name));
  }
  const health: HealthByOrigin = Object.hasOwn(rule, "originHealth")
    ? readHealthMember(rule["originHealth"], `${where}.originHealth`)
    : new Map();
  return {
    viewers: readViewers(rule["viewers"], `${where}.viewers`),
    paths: readPaths(rule["paths"], `${where}.paths`),
    values: { texts, health },
  };
}

function readKnob(value: unknown, where: string, name: KnobName): string {
  const { expects, fits, isNumber }: Knob = knobs[name];
  const isOfType = typeof value === (isNumber === true ? "number" : "string");
  if (!isOfType || !fits(String(value))) throw wrong(where, expects, value);
  return String(value);
}

function readHealthMember(value: unknown, where: string): HealthByOrigin {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return new Map([["*", requireHealth(value, where)]]);
  }
  return new Map(
    Object.entries(value).map(([origin, health]) => [
      origin,
      requireHealth(health, `${where}[${JSON.stringify(origin)}]`),
    ]),
  );
}

function requireHealth(value: unknown, where: string): OriginHealth {
  const isText = typeof value === "string" || typeof value === "number";
  const health = isText ? readHealth(String(value)) : undefined;
  if (health === undefined) throw wrong(where, healthExpects, value);
  return health;
}

function readViewers(value: unknown, where: string): Networks | undefined {
  if (value === undefined) return undefined;
  const ranges = listOf(value, where);
  for (const [index, range] of ranges.entries()) {
    try {
      networksOf([range]);
    } catch {
      throw wrong(`${where}[${index}]`, "an address, or a network like 10.0.0.0/8", range);
    }
  }
  return networksOf(ranges);
}

function readPaths(value: unknown, where: string): readonly PatternMatcher[] | undefined {
  if (value === undefined) return undefined;
  return listOf(value, where).map((pattern) =>
    compilePattern(/^[/*]/.test(pattern) ? pattern : `/${pattern}`),
  );
}

function listOf(value: unknown, where: string): readonly string[] {
  const isList = Array.isArray(value) && value.every((item) => typeof item === "string");
  if (!isList || value.length === 0) throw wrong(where, "a list of texts, one at least", value);
  return value;
}

function membersOf(
  value: unknown,
  where: string,
  known: readonly string[],
): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw wrong(where, "an object", value);
  }
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const member = where === "" ? unknown : `${where}.${unknown}`;
    throw new RulesError(`has "${member}", which is no member: ${known.join(", ")} are`);
  }
  return value as Readonly<Record<string, unknown>>;
}

function wrong(where: string, expects: string, value: unknown): RulesError {
  const got = value === undefined ? "nothing" : JSON.stringify(value).slice(0, 100);
  const what = where === "" ? "must hold" : `says "${where}", which must be`;
  return new RulesError(`${what} ${expects}, got ${got}`);
}
