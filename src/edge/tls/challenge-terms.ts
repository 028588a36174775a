/**
 * What an authority is shown that looks whether a name leads here: a certificate that proves it, in a protocol of its own.
 *
 * Source: RFC 8737 §3, RFC 8555 §8.
 */
import { readServerCertificate } from "../../certificates/server-certificate.ts";
import type { State } from "../../state/state.ts";
import type { ClientHello } from "./client-hello.ts";
import type { SecureTerms } from "./secure-servers.ts";

export const challengeProtocol = "acme-tls/1";

/** @returns undefined for everybody else, and where no authority looks for that name */
export function challengeTerms(
  { serverName = "", protocols }: ClientHello,
  challenges: State["acmeChallenges"],
): SecureTerms | undefined {
  if (protocols.length !== 1 || protocols[0] !== challengeProtocol) return undefined;
  const challenge = challenges.get(serverName);
  if (challenge === undefined) return undefined;
  return {
    certificate: readServerCertificate(challenge.certificate, challenge.privateKey),
    securityPolicy: "TLSv1.2_2021",
    protocols: [challengeProtocol],
  };
}
