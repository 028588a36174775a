/** One request to a node's API over http or https, and which certificates are trusted. */
import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request as requestSecurely } from "node:https";
import { text } from "node:stream/consumers";
import { getCACertificates } from "node:tls";
import { request as requestPlainly } from "../base/http-module.ts";
import { authorityFolder, readRoot } from "../certificates/local-authority.ts";
import { OptionError, type Option } from "../node/option-table.ts";
import { options } from "../node/options.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The options of whatever asks a control plane. */
export function apiOptions(help: string): Readonly<Record<"api" | "ca", TextOption>> {
  return {
    api: { default: "http://127.0.0.1:4580", help },
    ca: {
      default: "",
      help: "File with certificates, in PEM, that the control plane's may come from beside the well-known ones (default: the root of the local authority in FOOTLIGHT_DATA or .footlight, where there is one)",
    },
  };
}

export interface TextOption extends Option {
  readonly default: string;
}

export interface ApiAddress {
  /** The node's base URL. */
  readonly api: string;
  /** A file with certificates to trust; empty for the local authority's. */
  readonly ca: string;
}

export interface Question {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly headers: Readonly<Record<string, string>>;
  /** Empty where there is none. */
  readonly body: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * @throws OptionError, when the file of `ca` can't be read
 * @throws Error, when nothing answers there, or its certificate is not to be trusted
 */
export async function askApi(
  url: URL,
  question: Question,
  ca: string,
  environment: Environment,
): Promise<RawAnswer> {
  const trusted = url.protocol === "https:" ? trustedRoots(ca, environment) : [];
  try {
    const answer = await send(url, question, trusted);
    return { status: answer.statusCode ?? 0, body: await text(answer) };
  } catch (error) {
    throw new Error(failureOf(url, error as NodeJS.ErrnoException), { cause: error });
  }
}

function send(
  url: URL,
  { method, headers, body }: Question,
  trusted: readonly string[],
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request =
      url.protocol === "https:"
        ? requestSecurely(url, { method, headers, agent: false, ca: [...trusted] }, resolve)
        : requestPlainly(url, { method, headers, agent: false }, resolve);
    request.on("error", reject);
    request.end(body);
  });
}

/** Node's own, those of NODE_EXTRA_CA_CERTS among them, and those that were asked for. */
function trustedRoots(ca: string, environment: Environment): string[] {
  const data = environment["FOOTLIGHT_DATA"] || options.data.default;
  const more = ca === "" ? readRoot(authorityFolder(data)) : readRoots(ca);
  return [...getCACertificates("default"), ...(more === undefined ? [] : [more])];
}

function readRoots(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new OptionError(`Cannot read --ca: ${(error as Error).message}`, { cause: error });
  }
}

function failureOf({ origin }: URL, { code = "", message }: NodeJS.ErrnoException): string {
  if (code.startsWith("ERR_SSL_")) {
    return `Something answers at ${origin}, but not by https. --api says where the control plane listens`;
  }
  if (isAboutTrust(code)) {
    return `The certificate at ${origin} is not one to trust: ${message}. --ca names a file with what it comes from, like the root that footlight ca --pem prints on its machine`;
  }
  return `Cannot reach a control plane at ${origin}. --api says where it listens`;
}

/** Codes of OpenSSL's verification, and Node's own of a name that is another one. */
function isAboutTrust(code: string): boolean {
  return /CERT|ISSUER|SIGNATURE|CHAIN/.test(code);
}
