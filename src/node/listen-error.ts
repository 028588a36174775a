/** Says in a person's words why a port could not be listened on. */

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: "the port is taken; choose another, or 0 for a free one",
  EACCES: "this user may not use the port; choose one above 1023",
  EADDRNOTAVAIL: "this machine has no such address",
  ENOTFOUND: "there is no such host name",
};

export function listenErrorMessage(
  error: NodeJS.ErrnoException,
  host: string,
  port: number,
): string {
  return `Cannot listen on ${host}:${port}: ${reasons[error.code ?? ""] ?? error.message}`;
}
