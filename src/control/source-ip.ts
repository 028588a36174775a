/**
 * The address that a request came from, for the audit. A socket that listens on IPv6 names a caller by
 * IPv4 in a form of its own (RFC 4291 §2.5.5.2); it is the same caller, so it gets the usual one.
 */
export function sourceIpOf(remoteAddress: string | undefined): string {
  return (remoteAddress ?? "").replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
}
