/** What publishing in waves takes, and what it comes to. */
import { hash, randomBytes } from "node:crypto";
import { InvalidArgument } from "../../model/errors.ts";
import type { CloudFrontFunction } from "../../model/function.ts";
import { hasAll } from "../../model/function-versions.ts";
import { gateNames, isEnd, type GateName, type WavePlan } from "../../model/function-waves.ts";
import type { Fact } from "../../state/change.ts";
import { publishFact } from "../functions/publish-fact.ts";
import { readSteps } from "./read-plan.ts";

/** Members of the body of a publish, beside its message. */
export const waveMembers = [
  "waves",
  "gates",
  "min_requests",
  "when_few",
  "break_glass",
  "test_token",
] as const;

export type GivenWaves = Readonly<Partial<Record<(typeof waveMembers)[number], unknown>>>;

const defaultMinRequests = 1000;
const minRequestsMax = 1_000_000_000;

/**
 * @returns undefined where it is to be published to all at once
 * @throws InvalidArgument, when a member makes no sense, or makes none without waves
 */
export function readWaves(given: GivenWaves): WavePlan | undefined {
  const { waves, gates, min_requests, when_few = "wait", break_glass = false, test_token } = given;
  if (waves === undefined) {
    const other = waveMembers.find((name) => given[name] !== undefined);
    if (other === undefined) return undefined;
    throw new InvalidArgument(`${other} is of a publish in waves: give waves too`);
  }
  if (typeof waves !== "string") throw wrong("waves", "a text like canary 5m, 100%", waves);
  const minRequests = min_requests ?? defaultMinRequests;
  if (
    !Number.isSafeInteger(minRequests) ||
    (minRequests as number) < 0 ||
    (minRequests as number) > minRequestsMax
  ) {
    throw wrong("min_requests", `a whole number from 0 to ${minRequestsMax}`, min_requests);
  }
  if (when_few !== "wait" && when_few !== "ask") throw wrong("when_few", "wait or ask", when_few);
  if (typeof break_glass !== "boolean") throw wrong("break_glass", "true or false", break_glass);
  if (break_glass && gates !== undefined) {
    throw new InvalidArgument(
      "gates and break_glass can't both be given: break_glass skips all gates",
    );
  }
  if (test_token !== undefined && !isToken(test_token)) {
    throw wrong("test_token", "a text of 16 to 200 visible ASCII characters", test_token);
  }
  const steps = readSteps(waves);
  if (isEnd(steps[0]!)) {
    throw new InvalidArgument(
      "The first wave gives all viewers the version: publish it without waves",
    );
  }
  return {
    steps,
    gates: break_glass ? [] : readGates(gates),
    minRequests: minRequests as number,
    whenFew: when_few,
    cookieKey: randomBytes(32).toString("base64"),
    ...(test_token !== undefined && { tokenHash: hash("sha256", test_token as string, "hex") }),
  };
}

function readGates(given: unknown): readonly GateName[] {
  if (given === undefined) return gateNames;
  const isList =
    Array.isArray(given) &&
    given.length > 0 &&
    new Set(given).size === given.length &&
    given.every((name) => (gateNames as readonly unknown[]).includes(name));
  if (isList) return given as GateName[];
  throw wrong("gates", `a list of ${gateNames.join(", ")}; break_glass skips all`, given);
}

function isToken(value: unknown): boolean {
  return typeof value === "string" && /^[\x21-\x7e]{16,200}$/.test(value);
}

function wrong(name: string, expects: string, given: unknown): InvalidArgument {
  return new InvalidArgument(`${name} must be ${expects}, got ${JSON.stringify(given)}`);
}

/**
 * @throws InvalidArgument, when there is nothing to compare with, nothing new, or waves are on already
 */
export function publishInWaves(
  fn: CloudFrontFunction,
  plan: WavePlan,
  keptCopies: number,
  message: string | undefined,
): Fact {
  const { name, published } = fn;
  if (published === undefined) {
    throw new InvalidArgument(
      `Function "${name}" was never published, so no viewer has a version to compare with: publish it without waves`,
    );
  }
  if (published.waves !== undefined) {
    throw new InvalidArgument(
      `Version ${published.waves.version} of function "${name}" is being published in waves: finish or abort them first`,
    );
  }
  if (published.shares.length > 1) {
    throw new InvalidArgument(
      `Traffic of function "${name}" is divided among versions: publish or go back to one first`,
    );
  }
  const fact = publishFact(fn, keptCopies, message);
  if (hasAll(published, fact.number!)) {
    throw new InvalidArgument(
      `All viewers of function "${name}" get what DEVELOPMENT holds already, version ${fact.number}`,
    );
  }
  return { ...fact, waves: plan };
}
