/**
 * Which versions of TLS and which cipher suites viewers may use, by a distribution's security policy.
 *
 * SSLv3, RC4 and 3DES are not in Node's OpenSSL: the policies that have them begin at TLS 1.0 and leave them out.
 *
 * Source: CloudFront Developer Guide, "Supported protocols and ciphers between viewers and CloudFront".
 */

export interface SecurityPolicy {
  readonly minVersion: "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3";
  /** OpenSSL's list of suites, those of TLS 1.3 among them, in the edge's order of preference. */
  readonly ciphers: string;
}

const tls13 = [
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
] as const;

/** From which policies on a suite is left out; those without an end are in all of them. */
type Until = "2016" | "2018" | "2019" | "2021" | "always";

/** In order of preference, each for ECDSA certificates and then for RSA ones. */
const exchanged: readonly (readonly [suite: string, until: Until])[] = [
  ["AES128-GCM-SHA256", "always"],
  ["AES128-SHA256", "2019"],
  ["AES128-SHA", "2016"],
  ["AES256-GCM-SHA384", "always"],
  ["CHACHA20-POLY1305", "2021"],
  ["AES256-SHA384", "2019"],
  ["AES256-SHA", "2016"],
];
const rsaOnly: readonly (readonly [suite: string, until: Until])[] = [
  ["AES128-GCM-SHA256", "2018"],
  ["AES256-GCM-SHA384", "2018"],
  ["AES128-SHA256", "2018"],
  ["AES256-SHA", "2016"],
  ["AES128-SHA", "2016"],
];

const generations: readonly Until[] = ["2016", "2018", "2019", "2021", "always"];

function policy(
  minVersion: SecurityPolicy["minVersion"],
  generation: Until,
  from13: readonly string[] = tls13,
): SecurityPolicy {
  const isIn = ([, until]: readonly [string, Until]) =>
    generations.indexOf(until) >= generations.indexOf(generation);
  const suites = exchanged.filter(isIn).map(([suite]) => suite);
  const ciphers = [
    ...from13,
    ...suites.map((suite) => `ECDHE-ECDSA-${suite}`),
    ...suites.map((suite) => `ECDHE-RSA-${suite}`),
    ...rsaOnly.filter(isIn).map(([suite]) => suite),
  ];
  // OpenSSL's own idea of what is secure forbids TLS before 1.2.
  const level = minVersion === "TLSv1" || minVersion === "TLSv1.1" ? ["@SECLEVEL=0"] : [];
  return { minVersion, ciphers: [...ciphers, ...level].join(":") };
}

/** By `MinimumProtocolVersion`. */
const policies: Readonly<Record<string, SecurityPolicy>> = {
  SSLv3: policy("TLSv1", "2016"),
  TLSv1: policy("TLSv1", "2016"),
  TLSv1_2016: policy("TLSv1", "2016"),
  "TLSv1.1_2016": policy("TLSv1.1", "2016"),
  "TLSv1.2_2018": policy("TLSv1.2", "2018"),
  "TLSv1.2_2019": policy("TLSv1.2", "2019"),
  "TLSv1.2_2021": policy("TLSv1.2", "2021"),
  "TLSv1.2_2025": policy("TLSv1.2", "always", tls13.slice(0, 2)),
  "TLSv1.3_2025": policy("TLSv1.3", "2021"),
};

/** @param name of a distribution; TLSv1 is every one's that has no certificate of its own */
export function securityPolicy(name: string): SecurityPolicy {
  return policies[name] ?? (policies["TLSv1"] as SecurityPolicy);
}

/** The groups that keys are agreed on in, in order of preference, where OpenSSL has them. */
export const keyGroups = "X25519MLKEM768:SecP256r1MLKEM768:P-256:X25519:P-384";
