/**
 * A viewer's session: which of two distributions it was sent to, when it began, and when it last asked.
 *
 * It is the viewer's to keep and not to change: without a signature, one could stay with a staging
 * distribution for good, or choose to go there.
 */
import { createHmac, timingSafeEqual, type KeyObject } from "node:crypto";
import type { Sessions } from "../../deployment/continuous-deployment.ts";

export interface Session {
  readonly isStaged: boolean;
  /** Seconds since the epoch, as the next. */
  readonly began: number;
  readonly seen: number;
}

/** Seconds that clocks of edges may be apart. */
const skewMax = 60;

/** Characters of a signature: 128 bits. */
const signatureLength = 22;

export function encodeSession({ isStaged, began, seen }: Session, { key }: Sessions): string {
  const said = `${isStaged ? "staging" : "primary"}.${began}.${seen}`;
  return `${said}.${signatureOf(said, key)}`;
}

/** @returns undefined for what no edge has signed, and for a session that is over */
export function decodeSession(text: string, sessions: Sessions, now: number): Session | undefined {
  const parts = /^((staging|primary)\.(\d{1,12})\.(\d{1,12}))\.([\w-]+)$/.exec(text);
  if (parts === null) return undefined;
  const [, said = "", side, beganText, seenText, signature = ""] = parts;
  if (signature.length !== signatureLength) return undefined;
  const expected = signatureOf(said, sessions.key);
  if (!timingSafeEqual(Buffer.from(signature), Buffer.from(expected))) return undefined;
  const session = {
    isStaged: side === "staging",
    began: Number(beganText),
    seen: Number(seenText),
  };
  return isOver(session, sessions, now) ? undefined : session;
}

function isOver({ began, seen }: Session, { idleTtl, maximumTtl }: Sessions, now: number): boolean {
  return now >= seen + idleTtl || now >= began + maximumTtl || seen > now + skewMax;
}

function signatureOf(said: string, key: KeyObject): string {
  return createHmac("sha256", key).update(said).digest("base64url").slice(0, signatureLength);
}
