/** What requests to origins are signed with, as the operator of the node configured it. */

export interface OriginCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Where the origin's domain name says none. */
  readonly region?: string;
}

/**
 * Finds the credentials for an origin. They are the same object as long as they did not change.
 *
 * @param names what they may be configured under, the first that has any first: the origin's domain
 *   name, then its origin access control's or identity's id and name
 * @returns undefined where nothing is configured for any of them, nor for all origins
 */
export type FindCredentials = (names: readonly string[]) => OriginCredentials | undefined;
