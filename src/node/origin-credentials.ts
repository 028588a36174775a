/**
 * What requests to origins are signed with: the profile of a file that is named like the origin, else
 * the environment's credentials, else the file's profile `default`.
 *
 * The file is read again when it is another, at most a second after that, so that credentials can be
 * changed under a running node. One that can't be read then changes nothing, and is logged.
 */
import { readFileSync, statSync } from "node:fs";
import type { Logger } from "../base/logger.ts";
import type { FindCredentials, OriginCredentials } from "../edge/origin/sign/origin-credentials.ts";
import { OptionError } from "./option-table.ts";
import { readCredentials, type CredentialProfiles } from "./read-credentials.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** How long a look at the file is good for, in milliseconds. */
const lookMs = 1000;

export interface OriginCredentialsInput {
  /** Its path; "" for none. */
  readonly file: string;
  readonly environment: Environment;
  readonly logger: Logger;
  /** A clock that never goes back. */
  readonly uptimeMs?: () => number;
}

/**
 * Looks at the file once, before anything is started that goes by it.
 *
 * @param file "" for none
 * @throws OptionError, when the file can't be read or is malformed
 */
export function checkOriginCredentials(file: string, logger: Logger): void {
  if (file === "") return;
  try {
    profilesIn(file);
  } catch (error) {
    const { message } = error as Error;
    throw new OptionError(`Cannot use --origin-credentials: ${message}`, { cause: error });
  }
  warnWhenReadable(file, logger);
}

export function openOriginCredentials(input: OriginCredentialsInput): FindCredentials {
  const { file, environment, logger, uptimeMs = () => performance.now() } = input;
  const ofNode = inEnvironment(environment);
  if (file === "") return () => ofNode;
  const profiles = new CredentialsFile(file, logger, uptimeMs);
  return (names) => {
    const known = profiles.read();
    for (const name of names) {
      const found = known.get(name.toLowerCase());
      if (found !== undefined) return found;
    }
    return ofNode ?? known.get("default");
  };
}

/** @returns undefined unless there are a key's id and its secret */
function inEnvironment(environment: Environment): OriginCredentials | undefined {
  const accessKeyId = environment["AWS_ACCESS_KEY_ID"];
  const secretAccessKey = environment["AWS_SECRET_ACCESS_KEY"];
  if (!accessKeyId || !secretAccessKey) return undefined;
  const sessionToken = environment["AWS_SESSION_TOKEN"];
  const region = environment["AWS_REGION"] || environment["AWS_DEFAULT_REGION"];
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken && { sessionToken }),
    ...(region && { region }),
  };
}

class CredentialsFile {
  readonly #file: string;
  readonly #logger: Logger;
  readonly #uptimeMs: () => number;
  #profiles: CredentialProfiles = new Map();
  /** What the system told of the file that was looked at last, readable or not. */
  #seen: string | undefined;
  #lookAt = -Infinity;

  constructor(file: string, logger: Logger, uptimeMs: () => number) {
    this.#file = file;
    this.#logger = logger;
    this.#uptimeMs = uptimeMs;
  }

  read(): CredentialProfiles {
    const now = this.#uptimeMs();
    if (now < this.#lookAt) return this.#profiles;
    this.#lookAt = now + lookMs;
    const seen = identityOf(this.#file);
    if (seen === this.#seen) return this.#profiles;
    this.#seen = seen;
    try {
      this.#profiles = profilesIn(this.#file);
    } catch (error) {
      this.#logger.error(
        { file: this.#file, reason: (error as Error).message },
        "the credentials for origins can't be read; those that were read before go on being used",
      );
    }
    return this.#profiles;
  }
}

function warnWhenReadable(file: string, logger: Logger): void {
  const mode = (statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o777;
  if ((mode & 0o077) === 0 || process.platform === "win32") return;
  logger.warn(
    { file, mode: mode.toString(8) },
    "others can read the credentials for origins: chmod 600",
  );
}

function profilesIn(file: string): CredentialProfiles {
  const text = readFileSync(file, "utf8");
  try {
    return readCredentials(text);
  } catch (error) {
    throw new Error(`${file} ${(error as Error).message}`, { cause: error });
  }
}

/** @returns "" where there is none */
function identityOf(file: string): string {
  const status = statSync(file, { throwIfNoEntry: false, bigint: true });
  return status === undefined ? "" : `${status.ino} ${status.size} ${status.mtimeNs}`;
}
