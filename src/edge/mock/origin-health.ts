/** How mocked origins behave, in words: `down`, `slow`, `503`, `1500ms`. */
import type { OriginHealth, OriginNames } from "../mocked.ts";

export const healthExpects =
  "down, slow, a status from 200 to 599, or milliseconds to wait like 1500ms";

/** By an origin's id or domain name; `*` for all that have no other. */
export type HealthByOrigin = ReadonlyMap<string, OriginHealth>;

/** @returns undefined for what is none */
export function readHealth(text: string): OriginHealth | undefined {
  if (text === "down" || text === "slow") return { kind: text };
  if (/^[2-5]\d\d$/.test(text)) return { kind: "status", status: Number(text) };
  const [, ms] = /^(\d{1,7})ms$/.exec(text) ?? [];
  return ms === undefined ? undefined : { kind: "late", ms: Number(ms) };
}

/** @returns undefined for what is none; `down` alone is of all origins, `api=down, files=503` of two */
export function readHealths(text: string): HealthByOrigin | undefined {
  const healths = new Map<string, OriginHealth>();
  for (const part of text.split(",")) {
    const equals = part.lastIndexOf("=");
    const origin = equals < 0 ? "*" : part.slice(0, equals).trim();
    const health = readHealth(part.slice(equals + 1).trim());
    if (health === undefined || origin === "") return undefined;
    healths.set(origin, health);
  }
  return healths;
}

export function findHealth(
  healths: HealthByOrigin,
  { id, domainName }: OriginNames,
): OriginHealth | undefined {
  return healths.get(id) ?? healths.get(domainName) ?? healths.get("*");
}

/** @returns what `readHealths` reads, in the same order */
export function tellHealths(healths: HealthByOrigin): string[] {
  return [...healths].map(([origin, health]) =>
    origin === "*" ? tellHealth(health) : `${origin}=${tellHealth(health)}`,
  );
}

export function tellHealth(health: OriginHealth): string {
  switch (health.kind) {
    case "status":
      return String(health.status);
    case "late":
      return `${health.ms}ms`;
    case "down":
    case "slow":
      return health.kind;
  }
}
