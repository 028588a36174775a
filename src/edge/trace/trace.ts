/** The way of one request, as it is told to whoever asks why its answer is what it is. Nothing in it is a secret. */

/** What a step found, and the setting that it found it by, in the API's words. */
export interface Decision {
  readonly step: string;
  readonly outcome: string;
  /** Undefined where no setting has a say in it. */
  readonly setting?: string;
}

/** A difference that something made: a value that is absent was not there. */
export interface TracedChange {
  /** Like `uri`, `headers.host` or `cookies.session`. */
  readonly of: string;
  readonly from?: string;
  readonly to?: string;
}

export interface TracedHeader {
  readonly name: string;
  readonly value: string;
}

export interface TracedRequest {
  readonly method: string;
  readonly scheme: string;
  readonly httpVersion: string;
  readonly host: string;
  readonly path: string;
  readonly query?: string;
  readonly ip: string;
  /** ISO 3166-1, two letters, as far as it is known. */
  readonly country?: string;
  readonly tls?: { readonly version: string; readonly serverName?: string };
  readonly headers: readonly TracedHeader[];
  /** What is mocked of it. */
  readonly mocked?: string;
}

export interface TracedFunction {
  readonly name: string;
  readonly eventType: string;
  readonly stage: "LIVE";
  readonly etag: string;
  /** Like `request`, `response`, `execution-error`. */
  readonly outcome: string;
  /** Why it failed. */
  readonly message?: string;
  /** Of its source, from 1 on: where it failed, as far as that is known. */
  readonly line?: number;
  readonly logs: readonly string[];
  /** In milliseconds since the request came: when it was asked for, and when there was its answer, where that was noted. */
  readonly startedMs?: number;
  readonly endedMs?: number;
  readonly computeUtilization: number;
  readonly changes: readonly TracedChange[];
}

export interface TracedCache {
  readonly outcome: string;
  readonly because: string;
  readonly key?: string;
  readonly notStored?: string;
}

/** Times are milliseconds since the request came. */
export interface TracedAttempt {
  readonly originId: string;
  readonly address?: string;
  readonly isMocked?: boolean;
  readonly isReused: boolean;
  readonly startedMs: number;
  readonly connectedMs?: number;
  readonly firstByteMs?: number;
  readonly endedMs?: number;
  readonly status?: number;
  readonly fault?: string;
  readonly error?: string;
}

export interface Trace {
  readonly id: string;
  /** ISO 8601, UTC, with milliseconds. */
  readonly at: string;
  readonly request: TracedRequest;
  /** Undefined where a door refused the request, as those that follow. */
  readonly revision?: number;
  readonly distribution?: { readonly id: string; readonly domainName: string };
  readonly tenant?: { readonly id: string };
  readonly behavior?: { readonly pathPattern: string; readonly cachePolicy?: string };
  readonly decisions: readonly Decision[];
  readonly functions: readonly TracedFunction[];
  readonly cache?: TracedCache;
  readonly origins: readonly TracedAttempt[];
  readonly responseHeadersPolicy?: {
    readonly name: string;
    readonly cors?: string;
    readonly changes: readonly TracedChange[];
  };
  readonly response: {
    readonly status: number;
    /** In the words of CloudFront's logs. */
    readonly result: string;
    readonly detail: string;
    /** What the page says, where the edge refused. */
    readonly sentence?: string;
    readonly headers: readonly TracedHeader[];
    readonly bytes: number;
    readonly firstByteMs?: number;
    readonly tookMs: number;
  };
  /** What made the answer what it is. */
  readonly decidedBy: Decision;
}
