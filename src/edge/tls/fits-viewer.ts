/**
 * Whether a viewer can make use of a certificate, by what its ClientHello offers: a name may have one with an ECDSA key, which costs
 * less, and one with an RSA key for who knows no other.
 *
 * Source: RFC 8446 §4.2.3 and §4.4.2.2; RFC 8422 §2 and §5.1.2.
 */
import type { KeyKind } from "../../certificates/server-certificate.ts";
import type { ClientHello } from "./client-hello.ts";
import { securityPolicy } from "./security-policy.ts";

const tls13 = 0x0304;
/** ECDSA with SHA-1, SHA-256 on P-256, SHA-384 on P-384 and SHA-512 on P-521. */
const ecdsaSchemes: ReadonlySet<number> = new Set([0x0203, 0x0403, 0x0503, 0x0603]);
/** Those of TLS 1.2 and before that are for ECDSA, by their numbers. */
const ecdsaSuites: ReadonlyMap<number, string> = new Map([
  [0xc02b, "ECDHE-ECDSA-AES128-GCM-SHA256"],
  [0xc02c, "ECDHE-ECDSA-AES256-GCM-SHA384"],
  [0xcca9, "ECDHE-ECDSA-CHACHA20-POLY1305"],
  [0xc023, "ECDHE-ECDSA-AES128-SHA256"],
  [0xc024, "ECDHE-ECDSA-AES256-SHA384"],
  [0xc009, "ECDHE-ECDSA-AES128-SHA"],
  [0xc00a, "ECDHE-ECDSA-AES256-SHA"],
]);

/** @param policy the name of the security policy that the viewer is to keep to */
export function fitsViewer(kind: KeyKind, hello: ClientHello, policy: string): boolean {
  if (kind !== "ec") return true;
  const { version, signatureAlgorithms, cipherSuites } = hello;
  // Who says nothing takes what its suites are for (RFC 5246 §7.4.1.4.1).
  const verifies =
    signatureAlgorithms.length === 0 || signatureAlgorithms.some((each) => ecdsaSchemes.has(each));
  if (!verifies || version >= tls13) return verifies;
  const taken = securityPolicy(policy).ciphers.split(":");
  return cipherSuites.some((each) => taken.includes(ecdsaSuites.get(each) ?? "none"));
}
