/**
 * Reads a file of credentials in the form of the AWS clients' `~/.aws/credentials`: a section in
 * brackets a profile, and in it lines of `name = value`. Members that say nothing about how to sign
 * are passed over, as AWS's clients do.
 *
 * No message tells what a value is: the file holds secrets.
 */
import type { OriginCredentials } from "../edge/origin/sign/origin-credentials.ts";

/** By the profile's name in lower case, as domain names are written. */
export type CredentialProfiles = ReadonlyMap<string, OriginCredentials>;

/** The file says something that can't be what was meant. */
export class CredentialsError extends Error {
  override readonly name = "CredentialsError";
}

type Members = Map<string, string>;

/** @throws CredentialsError, naming the line or the profile */
export function readCredentials(text: string): CredentialProfiles {
  const sections = new Map<string, Members>();
  let members: Members | undefined;
  for (const [index, written] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    const line = written.trim();
    if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
    const section = /^\[\s*(?:profile\s+)?([^\]]*[^\]\s])\s*\]$/.exec(line)?.[1]?.toLowerCase();
    if (section !== undefined) {
      if (sections.has(section)) throw new CredentialsError(`has profile [${section}] twice`);
      sections.set(section, (members = new Map()));
      continue;
    }
    const equals = line.indexOf("=");
    if (members === undefined || equals < 1) {
      throw new CredentialsError(
        `has at line ${index + 1} neither a profile, like [default], nor a member of one, like aws_access_key_id = AKIA…`,
      );
    }
    members.set(line.slice(0, equals).trim().toLowerCase(), line.slice(equals + 1).trim());
  }
  return new Map(Array.from(sections, ([name, each]) => [name, credentialsOf(name, each)]));
}

function credentialsOf(name: string, members: Members): OriginCredentials {
  const require = (member: string): string => {
    const value = members.get(member);
    if (value) return value;
    throw new CredentialsError(
      `has no ${member} in profile [${name}], which must stand there itself: it is not fetched from anywhere`,
    );
  };
  const sessionToken = members.get("aws_session_token");
  const region = members.get("region");
  return {
    accessKeyId: requireForm(require("aws_access_key_id"), name),
    secretAccessKey: require("aws_secret_access_key"),
    ...(sessionToken && { sessionToken: requireForm(sessionToken, name) }),
    ...(region && { region: requireForm(region, name) }),
  };
}

/** These stand in headers. */
function requireForm(value: string, name: string): string {
  if (/^[!-~]+$/.test(value)) return value;
  throw new CredentialsError(
    `has in profile [${name}] a key id, token or region with a space or a character beyond ASCII in it`,
  );
}
