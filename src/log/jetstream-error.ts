/** What goes wrong with NATS, in words that say what to do, and what it means for who appends. */
import { JetStreamApiError } from "@nats-io/jetstream";
import { errors } from "@nats-io/transport-node";
import { LogFailure } from "./log-failure.ts";

/** The server's codes for errors: https://github.com/nats-io/nats-server/blob/main/server/errors.json */
export const wrongLastSequence: ReadonlySet<number> = new Set([10_071, 10_164]);
export const streamNotFound = 10_059;
export const nameInUse = 10_058;
const subjectsOverlap = 10_065;
const notEnabled = 10_039;
const noSpace: ReadonlySet<number> = new Set([
  10_002, // the account's limits
  10_023, // insufficient resources
  10_028, // insufficient memory
  10_047, // insufficient storage
  10_077, // the store failed: a limit was reached, or the disk is full
]);
const noMajority: ReadonlySet<number> = new Set([
  10_008, // JetStream system temporarily unavailable
  10_009, // JetStream cluster not ready
]);
/** No suitable peers for placement. */
export const noPeers = 10_005;
const tooFewServers: ReadonlySet<number> = new Set([
  noPeers,
  10_074, // replicas > 1 not supported in non-clustered mode
]);

/** @returns the server's code; 0 where the error is none of JetStream's */
export function codeOf(error: unknown): number {
  return causesOf(error).find((one) => one instanceof JetStreamApiError)?.code ?? 0;
}

/** Whether it is unknown what became of a request: nobody said that it was refused. */
export function isSilence(error: unknown): boolean {
  return (
    isTimeout(error) ||
    isNoResponders(error) ||
    noMajority.has(codeOf(error)) ||
    error instanceof errors.ClosedConnectionError
  );
}

export function inWords(error: unknown): string {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (code === notEnabled) {
    return "JetStream is not enabled there, for this account at least. Start nats-server with -js, or give the account JetStream";
  }
  if (isPermission(error)) {
    return `this user has not the permission (${message}). The sample configuration in docs/scale.md has all that are needed`;
  }
  if (noMajority.has(code)) {
    return `JetStream has no majority of its servers, or is starting (${message})`;
  }
  if (isNoResponders(error)) {
    return "nobody answers for it: JetStream is not enabled there (nats-server -js), the stream is gone, or it has no majority of the servers that keep it";
  }
  if (isTimeout(error)) {
    return "no answer in time: JetStream has no majority of its servers, or the network is cut";
  }
  if (tooFewServers.has(code)) {
    return `there are fewer servers than replicas are asked for (${message}). Give --log-replicas 1, or start the others`;
  }
  if (noSpace.has(code)) return `the server has no space for it (${message})`;
  if (code === subjectsOverlap) {
    return `another stream takes its subjects already (${message}). Give it another --log-prefix`;
  }
  if (error instanceof errors.AuthorizationError || /authorization/i.test(message)) {
    return "the server does not let this user in: check the name and password in --log, or --log-credentials";
  }
  if (isNobodyThere(error)) return "no NATS server listens there";
  if (/node provided an undefined error/.test(message)) {
    return "what listens there closed the connection before it said that it is a NATS server";
  }
  return message;
}

export function isNobodyThere(error: unknown): boolean {
  return causesOf(error).some((one) => /ECONNREFUSED|connection[ _]refused/i.test(String(one)));
}

/**
 * @param what could not be done
 * @returns the error to throw: trying again later may help
 */
export function writeFailure(what: string, error: unknown): LogFailure {
  if (error instanceof LogFailure) return error;
  const reason = noSpace.has(codeOf(error))
    ? "full"
    : isSilence(error)
      ? "unreachable"
      : "unwritable";
  return new LogFailure(reason, `${what}: ${inWords(error)}`, { cause: error });
}

/**
 * @param what could not be read
 * @returns the error to throw
 */
export function readFailure(what: string, error: unknown): LogFailure {
  return new LogFailure("unreachable", `${what}: ${inWords(error)}`, { cause: error });
}

function isTimeout(error: unknown): boolean {
  return causesOf(error).some((one) => one instanceof errors.TimeoutError);
}

function isNoResponders(error: unknown): boolean {
  return causesOf(error).some((one) => one instanceof errors.NoRespondersError);
}

function isPermission(error: unknown): boolean {
  return causesOf(error).some(
    (one) =>
      one instanceof errors.PermissionViolationError || /permissions violation/i.test(String(one)),
  );
}

/** @returns the error and what it came of; the client wraps its own once or twice */
export function causesOf(error: unknown): unknown[] {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? [error] : [error, ...causesOf(cause)];
}
