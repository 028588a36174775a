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
 * That a control plane orders a certificate, or waits until it tries again: no other one is to order it meanwhile. Who has been
 * told nothing more for `forMs` since it heard of this one, by a clock of its own that nobody sets, may take over.
 */
export interface CertificateOrder {
  /** What it is for, in lower case. */
  readonly name: string;
  /** The control plane, as the others know it. */
  readonly holder: string;
  /** When that is over by the holder's clock, in ISO 8601: for people to read. */
  readonly until: string;
  /** Milliseconds. */
  readonly forMs: number;
  /** How many attempts have failed in a row, whoever made them. */
  readonly failures: number;
  /** Tells the key apart that the certificate's private key will be sealed under; it opens nothing. */
  readonly keyMark: string;
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
