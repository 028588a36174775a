/**
 * `nats://HOST[:PORT][,HOST …]`, with `USER:PASSWORD@` or `TOKEN@` in front of the first host: where a
 * change log in NATS JetStream is, and as whom it is asked for.
 */

export interface JetStreamAddress {
  /** Like `127.0.0.1:4222`; any of them leads to all of the cluster. */
  readonly servers: readonly string[];
  readonly login:
    | { readonly user: string; readonly password: string }
    | { readonly token: string }
    | undefined;
}

const scheme = "nats://";

/** @throws when it is not such an address; the message has no password in it */
export function readJetStreamAddress(address: string): JetStreamAddress {
  const rest = address.slice(scheme.length);
  const at = rest.lastIndexOf("@");
  const servers = rest
    .slice(at + 1)
    .split(",")
    .map((server) => server.replace(scheme, "").trim());
  if (!address.startsWith(scheme) || !servers.every(isServer)) {
    throw new Error(
      "log must be nats://HOST[:PORT][,HOST …], with USER:PASSWORD@ or TOKEN@ in front where the server asks for it",
    );
  }
  return { servers, login: at < 0 ? undefined : readLogin(rest.slice(0, at)) };
}

/** @returns the address of a log, of whatever kind, as it may be shown */
export function withoutLogin(address: string): string {
  if (!address.startsWith(scheme)) return address;
  return `${scheme}${address.slice(address.lastIndexOf("@") + 1).replace(/^nats:\/\//, "")}`;
}

function isServer(text: string): boolean {
  return /^(?:\[[0-9a-fA-F:.]+\]|[\w.-]+)(?::\d{1,5})?$/.test(text);
}

function readLogin(text: string): JetStreamAddress["login"] {
  const colon = text.indexOf(":");
  if (colon < 0) return { token: decodePart(text) };
  return { user: decodePart(text.slice(0, colon)), password: decodePart(text.slice(colon + 1)) };
}

/** Percent escapes, where there are any: a password may have an @ or a comma. */
function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
