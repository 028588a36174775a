/**
 * What a request's own headers mock: `x-footlight-mock-country: DE`. They are taken off, so that nothing behind
 * this step sees them: no cache key, function, log or origin.
 */
import { forEachLine, linesThat } from "../../base/header-lines.ts";
import { knobNames, knobs, type Knob, type KnobName } from "./knobs.ts";
import type { MockValues } from "./mocked-facts.ts";
import { healthExpects, readHealths, type HealthByOrigin } from "./origin-health.ts";

const prefix = "x-footlight-mock-";
const healthHeader = `${prefix}origin-health`;

const knobOf: ReadonlyMap<string, KnobName> = new Map(
  knobNames.map((name) => [`${prefix}${knobs[name].header}`, name]),
);

export interface ReadHeaders {
  /** The others, names and values in turn. */
  readonly headers: readonly string[];
  readonly values: MockValues;
  /** What is wrong with one of them, in a sentence. */
  readonly wrong: string | undefined;
}

/** @returns undefined where there are none */
export function readMockHeaders(headers: readonly string[]): ReadHeaders | undefined {
  const others = linesThat(headers, (name) => !isMock(name));
  if (others.length === headers.length) return undefined;
  const texts = new Map<KnobName, string>();
  let health: HealthByOrigin = new Map();
  let wrong: string | undefined;
  forEachLine(headers, (name, value) => {
    if (!isMock(name)) return;
    const lower = name.toLowerCase();
    const text = Buffer.from(value, "latin1").toString("utf8").trim();
    if (lower === healthHeader) {
      const read = readHealths(text);
      if (read === undefined) wrong ??= sentence(lower, healthExpects, text);
      else health = new Map([...health, ...read]);
      return;
    }
    const knob = knobOf.get(lower);
    if (knob === undefined) {
      wrong ??= `There is no ${lower}: ${[...knobOf.keys(), healthHeader].join(", ")} are there.`;
      return;
    }
    const { expects, fits }: Knob = knobs[knob];
    if (!fits(text)) wrong ??= sentence(lower, expects, text);
    else if (texts.has(knob)) wrong ??= `${lower} is there twice, and only one could count.`;
    else texts.set(knob, text);
  });
  return { headers: others, values: { texts, health }, wrong };
}

function isMock(name: string): boolean {
  return name.length >= prefix.length && name.slice(0, prefix.length).toLowerCase() === prefix;
}

function sentence(header: string, expects: string, text: string): string {
  return `${header} must be ${expects}, got "${text.slice(0, 100)}".`;
}
