/** Whether it is worth waiting for a log in NATS that cannot be opened, or read. */
import { causesOf, codeOf, isNobodyThere, isSilence, noPeers } from "./jetstream-error.ts";
import { StreamsToCome } from "./jetstream-streams.ts";
import { LogFailure } from "./log-failure.ts";

/** No network or names yet, or something that stands before the server and closes what it cannot pass on. */
const whileStarting =
  /ECONNRESET|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|node provided an undefined error/;

/**
 * Whether it may be there in a moment: its servers are starting, have not met or have no leader yet, or no
 * control node has made it. What a person has to put right does not come by itself.
 */
export function mayCome(error: unknown): boolean {
  return (
    mayReturn(error) ||
    codeOf(error) === noPeers ||
    causesOf(error).some((one) => one instanceof StreamsToCome)
  );
}

/** Whether who answered for it before may do so again: lost, or starting. */
export function mayReturn(error: unknown): boolean {
  return (
    mayAnswer(error) ||
    isNobodyThere(error) ||
    causesOf(error).some((one) => whileStarting.test(String(one)))
  );
}

/** Whether it is there, and who would answer for it did not: lost, or not elected yet. */
export function mayAnswer(error: unknown): boolean {
  return (
    isSilence(error) ||
    causesOf(error).some((one) => one instanceof LogFailure && one.reason === "unreachable")
  );
}
