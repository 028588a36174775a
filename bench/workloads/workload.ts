/** What servers are compared on: functions, what viewers ask, and what they must be answered. */

export interface Asked {
  /** Which of the workload's sites, by its index. */
  readonly site: number;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly expected: {
    readonly status: number;
    readonly location?: string;
    readonly body?: string;
  };
}

export interface Workload {
  readonly row: string;
  readonly title: string;
  readonly target: string;
  /** Each a distribution of its own: its viewer-request function's source, where it has one. */
  readonly sites: readonly (string | undefined)[];
  /** The source of all sites' viewer-response function. */
  readonly viewerResponse?: string;
  /** Asked for in turn. */
  readonly asked: readonly Asked[];
  /** Whether what the function returns goes to the origin; otherwise it answers itself. */
  readonly reachesOrigin: boolean;
  /** Whether what the origin answers is kept, by servers that can: it says so, and nothing is a miss. */
  readonly isKept?: boolean;
  /** What the origin answers everything with. */
  readonly originBody?: string;
  /** The header that the viewer-request function sets, in lower case. */
  readonly setsHeader?: string;
  /** By TLS, in HTTP/1.1 or HTTP/2; without it, HTTP/1.1 in the clear. */
  readonly secure?: "http/1.1" | "h2";
  /** Whom the target names beside the one that all are compared with. */
  readonly alsoBeside?: string;
  /** What the functions read by key. */
  readonly store?: ReadonlyMap<string, string>;
  /** What nginx does by its own means where it can, for its `server` block; `https://$host` is the site. */
  readonly nginx?: { readonly location: string; readonly http?: string };
  /** The same function where the key value store is something else: it calls `valueOf(key)`. */
  readonly sourceWithoutStore?: string;
  /** How this comparison could be unfair, beyond what holds for each server anyway. */
  readonly caveats: readonly string[];
}

/** Stands in a header's value for a number that no other request of the load has. */
export const countMark = "{count}";

/** What browsers say beside the host. */
export const browserHeaders: Readonly<Record<string, string>> = {
  "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) bench",
  Accept: "text/html",
  "Accept-Language": "en",
  Cookie: "a=1; b=2",
};

/** @returns a head as wrk sends it, in the way browsers do */
export function headOf({ path, headers = {} }: Asked, host: string): string {
  const lines = { Host: host, ...browserHeaders, ...headers };
  const fields = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${fields.join("")}\r\n`;
}
