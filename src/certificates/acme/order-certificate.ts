/**
 * One certificate for one name, from the order to the chain: the authority says what it wants to see, it is shown that, and
 * it signs.
 *
 * Source: RFC 8555 §7.4 to §7.5, §8.
 */
import { setTimeout as delay } from "node:timers/promises";
import {
  AcmeProblem,
  parse,
  retryAfterOf,
  type AcmeAnswer,
  type AcmeSession,
} from "./acme-session.ts";
import { makeCertificateRequest } from "./challenge-certificate.ts";

/** How a name is proved to lead here. */
export type ChallengeType = "http-01" | "tls-alpn-01";

export interface PresentedChallenge {
  readonly token: string;
  readonly keyAuthorization: string;
}

export interface CertificateOrder {
  readonly session: AcmeSession;
  readonly name: string;
  /** Which is taken where the authority offers it, the preferred one first. */
  readonly challenges: readonly ChallengeType[];
  /** Resolves when the authority may look. */
  readonly present: (challenge: PresentedChallenge) => Promise<void>;
  /** To be called when it has looked, whatever it saw. */
  readonly withdraw: () => Promise<void>;
  readonly signal: AbortSignal;
}

export interface OrderedCertificate {
  /** In PEM, with what leads to the root. */
  readonly chain: string;
  /** In PEM. */
  readonly privateKey: string;
}

interface Order {
  readonly status: string;
  readonly authorizations: readonly string[];
  readonly finalize: string;
  readonly certificate?: string;
  readonly error?: { readonly detail?: string };
}

interface Authorization {
  readonly status: string;
  readonly challenges: readonly Challenge[];
}

interface Challenge {
  readonly type: string;
  readonly url: string;
  readonly token: string;
  readonly error?: { readonly detail?: string; readonly type?: string };
}

const pollMs = 1000;
const pollsMax = 90;

/**
 * @throws AcmeProblem, when the authority refuses, or is not convinced
 * @throws Error, when it can't be reached, or takes too long
 */
export async function orderCertificate(order: CertificateOrder): Promise<OrderedCertificate> {
  const { session, name } = order;
  const made = await session.newOrder(name);
  const { authorizations, finalize } = parse(made) as Order;
  for (const url of authorizations) await authorize(url, order);
  const { der, privateKey } = await makeCertificateRequest(name);
  await session.post(finalize, { csr: Buffer.from(der).toString("base64url") });
  const isDone = ({ status }: Order): boolean => status === "valid" || status === "invalid";
  const { certificate, error } = await poll(made.url, order, isDone);
  if (certificate === undefined) {
    throw refusal(`The order for ${name} has failed: ${error?.detail ?? "no reason is given"}`);
  }
  const { text } = await session.post(certificate);
  return { chain: text, privateKey };
}

async function authorize(url: string, order: CertificateOrder): Promise<void> {
  const { session, name } = order;
  const { status, challenges } = parse(await session.post(url)) as Authorization;
  if (status === "valid") return;
  const [challenge] = order.challenges.flatMap((type) =>
    challenges.filter((offered) => offered.type === type),
  );
  if (challenge === undefined) {
    const offered = challenges.map(({ type }) => type).join(", ");
    throw refusal(
      `The authority offers ${offered} for ${name}, and none of ${order.challenges.join(", ")}`,
    );
  }
  const { token } = challenge;
  try {
    await order.present({ token, keyAuthorization: session.keyAuthorization(token) });
    await session.post(challenge.url, {});
    const isOver = (seen: Authorization): boolean => seen.status !== "pending";
    const seen = await poll(url, order, isOver);
    if (seen.status === "valid") return;
    const { error } = seen.challenges.find(({ url: each }) => each === challenge.url) ?? challenge;
    const why = error?.detail ?? "no reason is given";
    throw refusal(
      `The authority did not find by ${challenge.type} that ${name} leads here: ${why}`,
    );
  } finally {
    await order.withdraw();
  }
}

async function poll<Seen extends object>(
  url: string,
  { session, signal }: CertificateOrder,
  isOver: (seen: Seen) => boolean,
): Promise<Seen> {
  for (let polls = 0; polls < pollsMax; polls += 1) {
    const answer: AcmeAnswer = await session.post(url);
    const seen = parse(answer) as Seen;
    if (isOver(seen)) return seen;
    await delay(Math.min(retryAfterOf(answer.headers) || pollMs, 10_000), undefined, { signal });
  }
  throw new Error(`The authority does not come to an end with ${url}`);
}

/** What is for the one who asked to put right. */
function refusal(message: string): AcmeProblem {
  return new AcmeProblem(message, { type: "", status: 400, retryAfterMs: 0 });
}
