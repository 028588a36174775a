/** When an issued certificate is to be renewed: when a third of it is left, and somewhat before, each name at a time of its own. */
import { createHash, X509Certificate } from "node:crypto";
import type { IssuedCertificate } from "../../model/issued-certificate.ts";

const earlierPart = 1 / 20;

/** From when to when it is valid, in milliseconds since 1970. */
export function validityOf({ chain }: IssuedCertificate): { from: number; to: number } {
  const { validFromDate, validToDate } = new X509Certificate(chain);
  return { from: validFromDate.getTime(), to: validToDate.getTime() };
}

/** @returns milliseconds since 1970, the same whoever asks */
export function renewalTime(issued: IssuedCertificate): number {
  const { from, to } = validityOf(issued);
  const life = to - from;
  const share = createHash("sha256").update(issued.name).digest().readUInt32BE() / 2 ** 32;
  return to - life / 3 - life * earlierPart * share;
}
