/**
 * What a case of the suite is: requests in turn, what the origin answers if it is asked, and what each
 * reading of the rules gives the viewer. A rule that both readings share is said once.
 */
import type { HttpCaching } from "../../src/edge/caching/keeping.ts";
import type { SettingName } from "./settings.ts";

export const readings = ["cloudfront", "strict"] as const satisfies readonly HttpCaching[];

/** What both readings answer, or what each does. */
export type Either<T> = T | Readonly<Record<HttpCaching, T>>;

export interface Case {
  /** One sentence, and no other case's. */
  readonly name: string;
  /** Where it is written: a section of RFC 9110, 9111, 5861 or 9213, or of the CloudFront Developer Guide. */
  readonly rule: string;
  /** How the cache behavior is set; `plain` unless said. */
  readonly setting?: SettingName;
  /** What the origin answers from the first step on: lines of a 200, or more than that. */
  readonly origin?: OriginAnswer | readonly string[];
  readonly steps: Either<readonly Step[]>;
  /** Why the readings answer differently; said where they do. */
  readonly differs?: string;
  /** The one reading that has something to say here; the other leaves it out. */
  readonly only?: HttpCaching;
}

/** Lines may have dates in them: `{+10}` is ten seconds from when they are sent, `{-10}` before that. */
export interface OriginAnswer {
  /** 200 unless said. */
  readonly status?: number;
  readonly lines?: readonly string[];
  /** Names its step unless said. A 304 and a 204 have none. */
  readonly body?: string;
  /** Lines of a 103 that goes before it. */
  readonly hints?: Readonly<Record<string, string>>;
  /** How the body ends: after its Content-Length unless said, with a last chunk, or with the connection. */
  readonly ends?: "with-a-chunk" | "with-the-connection";
  /** `refuses`: closes the connection instead. `breaks-off`: closes it in the middle of the body. */
  readonly fails?: "refuses" | "breaks-off";
}

/** One request. */
export interface Step {
  /** Seconds that pass before it. */
  readonly after?: number;
  /** Paths that are invalidated before it, behind the case's own; or tags, as "#red". */
  readonly invalidates?: readonly string[];
  /** GET unless said. */
  readonly method?: string;
  /** Comes behind the case's own path: "?a=1". */
  readonly path?: string;
  /** HTTP/1.1 unless said. */
  readonly version?: "1.0" | "1.1";
  readonly lines?: readonly string[];
  /** What the origin answers from here on. */
  readonly origin?: OriginAnswer | readonly string[];
  /**
   * Whose response the viewer gets: what the origin answers to this very request, to the request of the step of
   * that number (from 1), or what the edge says itself.
   */
  readonly gets: Either<"new" | number | "edge">;
  /** The status that the origin gave it, unless said. */
  readonly status?: Either<number>;
  /** The body that the origin gave it, unless said; what the edge has compressed is read as what it was. */
  readonly body?: Either<string>;
  /** Lines that the viewer gets; with an empty value for a header that it does not get. */
  readonly has?: Either<readonly string[]>;
  /**
   * Whether the origin is asked, and which lines it gets: an empty value for a header that it does not get. Where
   * the viewer gets this step's response it is, otherwise not, unless said. `behind`: when the viewer has its answer.
   */
  readonly asks?: Either<boolean | "behind" | readonly string[]>;
  /** Whether the viewer gets a 103 first; it does not, unless said. */
  readonly isHinted?: Either<boolean>;
  /** In X-Cache: told from the rest, unless said. */
  readonly result?: Either<string>;
  /** Whether it may take a while until this is so, because of what goes on behind an answer. */
  readonly eventually?: boolean;
}

/** @returns what counts for a reading */
export function readAs<T>(either: Either<T>, reading: HttpCaching): T {
  return isByReading(either) ? either[reading] : either;
}

export function isByReading<T>(
  either: Either<T> | undefined,
): either is Readonly<Record<HttpCaching, T>> {
  return typeof either === "object" && either !== null && "cloudfront" in either;
}

export function either<Default, Strict>(
  cloudfront: Default,
  strict: Strict,
): { readonly cloudfront: Default; readonly strict: Strict } {
  return { cloudfront, strict };
}

/** Steps that find a response fresh for that long and no longer; none at all for 0. */
export function freshFor(seconds: number, lines?: readonly string[]): readonly Step[] {
  const asking = lines === undefined ? {} : { lines };
  if (seconds === 0) return [{ gets: "new" }, { ...asking, gets: "new" }];
  return [
    { gets: "new" },
    { ...asking, after: seconds - 1, gets: 1 },
    { ...asking, after: 1, gets: "new" },
  ];
}
