/** What the edge says of itself in every answer, in the order that CloudFront writes it in. */
import type { Answer, SentAnswer } from "./answer.ts";

export interface EdgeNames {
  /** The edge location, X-Amz-Cf-Pop. */
  readonly pop: string;
  /** What the edge calls itself in Via, without the protocol version. */
  readonly viaName: string;
}

/** Makes an answer ready for a transport. */
export function withOwnHeaders(
  answer: Answer,
  requestId: string,
  { viaName, pop }: EdgeNames,
): SentAnswer {
  const { status, reason, headers, body, result, via, closesConnection = false, age } = answer;
  const own = `1.1 ${viaName}`;
  const ownHeaders = [
    "X-Cache",
    `${result} from cloudfront`,
    "Via",
    via === "" ? own : `${via}, ${own}`,
    "X-Amz-Cf-Pop",
    pop,
    "X-Amz-Cf-Id",
    requestId,
  ];
  if (age !== undefined) ownHeaders.push("Age", String(age));
  return { status, reason, headers, body, closesConnection, ownHeaders };
}
