/** What an account has of an authority that issues certificates by ACME (RFC 8555). */

/** A certificate for one name, as every edge may serve it that has the key it is sealed under. */
export interface IssuedCertificate {
  /** The host it is for, in lower case. */
  readonly name: string;
  /** In PEM: its own first, then those that lead to the root. */
  readonly chain: string;
  /** The private key, sealed. */
  readonly sealedKey: string;
  /** The URL of the authority's directory. */
  readonly directory: string;
  /** ISO 8601. */
  readonly issuedTime: string;
}

/**
 * What proves to an authority that a name leads to these edges, while it looks. Nothing of it is secret: it is good for
 * this one order of the account that made it.
 */
export interface AcmeChallenge {
  readonly name: string;
  readonly token: string;
  /** What is answered below `/.well-known/acme-challenge/` (RFC 8555 §8.3). */
  readonly keyAuthorization: string;
  /** What is shown to who speaks `acme-tls/1` (RFC 8737 §3), in PEM. */
  readonly certificate: string;
  /** That certificate's alone, in PEM. */
  readonly privateKey: string;
}
