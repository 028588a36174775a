/** An access key: who may call the API, and what for. */

export interface AccessKey {
  /** Like `AKIAIOSFODNN7EXAMPLE`, or `ASIA…` for a temporary one. Requests are signed in its name. */
  readonly id: string;
  /** Whom the key was made for, as AccessDenied names them: `deploy` in `…:user/deploy`. */
  readonly user: string;
  /** The secret access key, encrypted; only a node that has the secret key file can read it. */
  readonly sealedSecret: string;
  /** The policy document as it was given: JSON that `parsePolicy()` accepts. */
  readonly policy: string;
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdTime: string;
  /** Only temporary keys have it: they need a session token beside the signature, and end. */
  readonly session?: AccessSession;
}

export interface AccessSession {
  /** SHA-256 of the session token, in hex. */
  readonly tokenHash: string;
  /** ISO 8601, UTC, with milliseconds. */
  readonly expiresTime: string;
}

/** The user as IAM would name them, for messages in AWS's words. */
export function userArn(account: string, { user }: AccessKey): string {
  return `arn:aws:iam::${account}:user/${user}`;
}
