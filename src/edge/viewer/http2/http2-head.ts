/**
 * A request's head of HTTP/2 in the words of HTTP/1.1, which the flow and origins speak: what stands in pseudo-header fields there is
 * method, target and Host here.
 *
 * Source: RFC 9113 §8.2.3, §8.3.1, §8.3.2.
 */

export interface Http2Head {
  readonly method: string;
  readonly target: string;
  /** Names and values in turn, Host first. */
  readonly headers: readonly string[];
}

/** What nghttp2 lets through beside it, bytes beyond ASCII, is none on HTTP/1.1 (RFC 3986 §3.3). */
const path = /^\/[!-~]*$/;

/**
 * @param raw names and values in turn, as they came; nghttp2 has refused what is malformed beyond doubt
 * @returns undefined for what an origin could read otherwise: two hosts that differ, or a target that is no path
 */
export function readHttp2Head(raw: readonly string[]): Http2Head | undefined {
  let method = "";
  let target = "";
  let authority: string | undefined;
  let host: string | undefined;
  let cookies: string | undefined;
  const headers: string[] = [];
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] as string;
    const value = raw[index + 1] as string;
    switch (name) {
      case ":method":
        method = value;
        break;
      case ":path":
        target = value;
        break;
      case ":authority":
        authority = value;
        break;
      case ":scheme":
        break;
      case "host":
        if (host !== undefined) return undefined;
        host = value;
        break;
      case "cookie":
        // A client may cut it into pieces, which only HTTP/2 takes for one.
        cookies = cookies === undefined ? value : `${cookies}; ${value}`;
        break;
      // Of the connection alone; "trailers" is all that it may say.
      case "te":
        break;
      default:
        headers.push(name, value);
    }
  }
  if (authority !== undefined && host !== undefined && authority !== host) return undefined;
  if (method !== "CONNECT" && !path.test(target)) return undefined;
  if (cookies !== undefined) headers.push("cookie", cookies);
  const named = authority ?? host;
  return { method, target, headers: named === undefined ? headers : ["host", named, ...headers] };
}
