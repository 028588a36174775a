/**
 * An account at an authority that speaks ACME, and signed requests in its name.
 *
 * Source: RFC 8555 §6 and §7.1 to §7.3; RFC 7515, RFC 7638.
 */
import { createHash, createPrivateKey, createPublicKey, sign, type KeyObject } from "node:crypto";

export interface AcmeAccount {
  /** The URL of the authority's directory. */
  readonly directory: string;
  /** P-256, in PEM. */
  readonly privateKey: string;
  /** Whom the authority may write to; empty for nobody. */
  readonly email: string;
}

export interface AcmeAnswer {
  readonly url: string;
  readonly headers: Headers;
  readonly text: string;
}

/** What the authority refused, in its own words. */
export class AcmeProblem extends Error {
  override readonly name = "AcmeProblem";
  /** Like `urn:ietf:params:acme:error:rateLimited`. */
  readonly type: string;
  readonly status: number;
  /** How long it wants to be left alone, in milliseconds; 0 where it says nothing. */
  readonly retryAfterMs: number;

  constructor(message: string, details: { type: string; status: number; retryAfterMs: number }) {
    super(message);
    this.type = details.type;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
  }

  /** Whether what was asked was looked at, and is wrong; else the authority itself has trouble. */
  get isRefusal(): boolean {
    return this.status >= 400 && this.status < 500 && !this.isRateLimit;
  }

  get isRateLimit(): boolean {
    return this.status === 429 || this.type.endsWith(":rateLimited");
  }
}

interface Directory {
  readonly newNonce: string;
  readonly newAccount: string;
  readonly newOrder: string;
  /** Absent where the authority changes none. */
  readonly keyChange?: string;
}

const requestTimeoutMs = 30_000;
/** A nonce may have expired meanwhile; the authority gives another one with its refusal. */
const nonceAttempts = 8;
const userAgent = "footlight";

export class AcmeSession {
  readonly #directory: Directory;
  readonly #key: KeyObject;
  readonly #jwk: object;
  #nonce: string | undefined;
  #account: string | undefined;

  private constructor(directory: Directory, privateKey: string) {
    this.#directory = directory;
    this.#key = createPrivateKey(privateKey);
    this.#jwk = jwkOf(this.#key);
  }

  /**
   * Makes the account where there is none yet, which agrees to the authority's terms of service.
   *
   * @throws AcmeProblem, when the authority refuses
   * @throws Error, when it can't be reached, or something else answers
   */
  static open({ directory, privateKey, email }: AcmeAccount): Promise<AcmeSession> {
    return AcmeSession.#begin(directory, privateKey, {
      termsOfServiceAgreed: true,
      ...(email !== "" && { contact: [`mailto:${email}`] }),
    });
  }

  /**
   * Has the authority take another key for an account, and the one before no more (RFC 8555 §7.3.5).
   *
   * @param privateKey the one before, in PEM
   * @param next P-256, in PEM
   * @returns false where the authority knows no account by the one before
   * @throws AcmeProblem, Error
   */
  static async changeKey(directory: string, privateKey: string, next: string): Promise<boolean> {
    let session: AcmeSession;
    try {
      session = await AcmeSession.#begin(directory, privateKey, { onlyReturnExisting: true });
    } catch (error) {
      if (error instanceof AcmeProblem && error.type.endsWith(":accountDoesNotExist")) return false;
      throw error;
    }
    const { keyChange: url } = session.#directory;
    if (url === undefined) throw new Error(`${directory} says of no place to change keys at`);
    const key = createPrivateKey(next);
    const jwk = jwkOf(key);
    const payload = { account: session.#account, oldKey: session.#jwk };
    await session.post(url, signed(key, { alg: "ES256", jwk, url }, payload));
    return true;
  }

  static async #begin(url: string, privateKey: string, wish: object): Promise<AcmeSession> {
    const answer = await ask(url, { method: "GET" });
    const session = new AcmeSession(parse(answer) as Directory, privateKey);
    session.#account = locationOf(await session.post(session.#directory.newAccount, wish));
    return session;
  }

  /** What answers a challenge's token (RFC 8555 §8.1). */
  keyAuthorization(token: string): string {
    const hash = createHash("sha256").update(JSON.stringify(this.#jwk)).digest("base64url");
    return `${token}.${hash}`;
  }

  /** @returns the URL and the text of the new order */
  async newOrder(name: string): Promise<AcmeAnswer> {
    const identifiers = [{ type: "dns", value: name }];
    const answer = await this.post(this.#directory.newOrder, { identifiers });
    return { ...answer, url: locationOf(answer) };
  }

  /**
   * @param payload undefined asks for what is there (RFC 8555 §6.3)
   * @throws AcmeProblem, Error
   */
  async post(url: string, payload?: object): Promise<AcmeAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      const nonce = this.#nonce ?? (await this.#newNonce());
      this.#nonce = undefined;
      try {
        const answer = await ask(url, {
          method: "POST",
          headers: { "content-type": "application/jose+json" },
          body: JSON.stringify(this.#signed(url, nonce, payload)),
        });
        this.#nonce = answer.headers.get("replay-nonce") ?? undefined;
        return answer;
      } catch (error) {
        const isStale = error instanceof AcmeProblem && error.type.endsWith(":badNonce");
        if (!isStale || attempt === nonceAttempts) throw error;
      }
    }
  }

  async #newNonce(): Promise<string> {
    const { headers } = await ask(this.#directory.newNonce, { method: "HEAD" });
    const nonce = headers.get("replay-nonce");
    if (nonce === null) throw new Error(`${this.#directory.newNonce} gives no Replay-Nonce`);
    return nonce;
  }

  #signed(url: string, nonce: string, payload: object | undefined): SignedRequest {
    const who = this.#account === undefined ? { jwk: this.#jwk } : { kid: this.#account };
    return signed(this.#key, { alg: "ES256", ...who, nonce, url }, payload);
  }
}

/** In the order that its hash wants (RFC 7638 §3). */
function jwkOf(privateKey: KeyObject): object {
  const { crv, kty, x, y } = createPublicKey(privateKey).export({ format: "jwk" });
  return { crv, kty, x, y };
}

interface SignedRequest {
  readonly protected: string;
  readonly payload: string;
  readonly signature: string;
}

function signed(key: KeyObject, head: object, payload: object | undefined): SignedRequest {
  const first = encode(JSON.stringify(head));
  const second = payload === undefined ? "" : encode(JSON.stringify(payload));
  const by = { key, dsaEncoding: "ieee-p1363" } as const;
  const signature = sign("sha256", Buffer.from(`${first}.${second}`), by).toString("base64url");
  return { protected: first, payload: second, signature };
}

/**
 * @param directory the URL of the authority's
 * @returns its time in milliseconds since 1970; undefined where it doesn't say
 * @throws Error, when it can't be reached
 */
export async function askAuthorityTime(directory: string): Promise<number | undefined> {
  const { headers } = await ask(directory, { method: "GET" });
  const time = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(time) ? undefined : time;
}

/** @throws Error, when it is no object in JSON */
export function parse({ url, text }: AcmeAnswer): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Said below.
  }
  throw new Error(`${url} does not answer as an ACME authority does: ${text.slice(0, 100)}`);
}

/** How long the authority wants to be left alone, in milliseconds; 0 where it says nothing. */
export function retryAfterOf(headers: Headers): number {
  const said = headers.get("retry-after");
  if (said === null) return 0;
  const ms = /^\d+$/.test(said) ? Number(said) * 1000 : Date.parse(said) - Date.now();
  return Math.max(0, ms || 0);
}

interface Asking {
  readonly method: "GET" | "HEAD" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function ask(url: string, init: Asking): Promise<AcmeAnswer> {
  const headers = { "user-agent": userAgent, ...init.headers };
  const signal = AbortSignal.timeout(requestTimeoutMs);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { ...init, headers, signal });
    text = await response.text();
  } catch (error) {
    const { cause, message } = error as Error;
    const reason = cause instanceof Error ? cause.message : message;
    throw new Error(`The authority at ${url} cannot be reached: ${reason}${doubtOf(cause)}`, {
      cause: error,
    });
  }
  const answer = { url, headers: response.headers, text };
  if (response.ok) return answer;
  throw problemOf(answer, response.status);
}

/** An authority's own certificate is renewed: where it looks over, or not begun, it may be this machine's clock that is wrong. */
function doubtOf(cause: unknown): string {
  const { code } = (cause ?? {}) as NodeJS.ErrnoException;
  if (code !== "CERT_HAS_EXPIRED" && code !== "CERT_NOT_YET_VALID") return "";
  return `. This machine's clock says ${new Date().toISOString()}: is that right?`;
}

function problemOf(answer: AcmeAnswer, status: number): AcmeProblem {
  const { type, detail } = readProblem(answer);
  const details = { type, status, retryAfterMs: retryAfterOf(answer.headers) };
  return new AcmeProblem(`The authority refuses with ${status}: ${detail}`, details);
}

function readProblem(answer: AcmeAnswer): { readonly type: string; readonly detail: string } {
  try {
    const { type, detail } = parse(answer) as { type?: unknown; detail?: unknown };
    return { type: textOf(type), detail: textOf(detail) };
  } catch {
    return { type: "", detail: answer.text.slice(0, 200) };
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function locationOf({ url, headers }: AcmeAnswer): string {
  const location = headers.get("location");
  if (location === null) throw new Error(`${url} does not say where what it made is`);
  return location;
}

function encode(text: string): string {
  return Buffer.from(text).toString("base64url");
}
