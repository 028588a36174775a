/** An address that a server listens on: as a URL, and in a person's words why it could not be had. */
import { isIPv4 } from "node:net";

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export function urlOf(address: ListenAddress, scheme: "http" | "https" = "http"): string {
  return `${scheme}://${textOf(address)}`;
}

/** An IPv6 address may stand in brackets, as in a URL; what listens on it is told it without. */
export function hostOf(given: string): string {
  return given.replace(/^\[(.*)\]$/, "$1");
}

function textOf({ host, port }: ListenAddress): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** @param portFlag what the port is chosen with, like `--api-port` */
export function listenErrorMessage(
  error: NodeJS.ErrnoException,
  address: ListenAddress,
  portFlag: string,
): string {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `the port is taken; choose another with ${portFlag}, or 0 for a free one`,
    EACCES: `this user may not use the port; choose one above 1023 with ${portFlag}`,
    EADDRNOTAVAIL: "this machine has no such address",
    ENOTFOUND: "there is no such host name",
  };
  return `Cannot listen on ${textOf(address)}: ${reasons[error.code ?? ""] ?? error.message}`;
}

/** Whether only this machine reaches what listens there. */
export function isLoopback(host: string): boolean {
  return (isIPv4(host) && host.startsWith("127.")) || host === "::1" || host === "localhost";
}
