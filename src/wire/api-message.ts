/** An API call's request and response as bytes: what the HTTP listener hands in and sends out. */

export interface ApiRequest {
  readonly method: string;
  /** The path as sent, percent-encoded, starting with "/"; without the query. */
  readonly path: string;
  /** The query as sent, without its "?"; "" when there is none. */
  readonly query: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
  /** Who called, for the audit. */
  readonly sourceIp: string;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /**
   * What follows the body, of an answer that goes on for as long as it is read. Each is asked for when the one before
   * was taken; it ends soon after `signal` says that nobody reads any more.
   */
  readonly following?: (signal: AbortSignal) => AsyncIterable<string>;
}

/** Whether a path belongs to the data API of the key value stores. */
export function isKeyValueStorePath(path: string): boolean {
  return path.startsWith("/key-value-stores/");
}

/**
 * The largest body that any call of a path may need. A CreateDistribution with everything at its
 * quota is under 1 MB of XML; the key value stores take 3 MB of pairs in one UpdateKeys, which
 * JSON's escapes can double.
 */
export function maxBodyBytes(path: string): number {
  return isKeyValueStorePath(path) ? 8 * 1024 * 1024 : 2 * 1024 * 1024;
}
