/** Gives an answer the cookies that the edge itself sets, whatever policies and functions have made of it. */
import type { Visit } from "../record/visit.ts";
import type { Answer } from "./answer.ts";

/** @returns the very answer where there is none to set */
export function withOwnCookies(
  answer: Answer,
  { setsCookies }: Pick<Visit, "setsCookies">,
): Answer {
  if (setsCookies.length === 0) return answer;
  return {
    ...answer,
    headers: [...answer.headers, ...setsCookies.flatMap((line) => ["Set-Cookie", line])],
    written: undefined,
  };
}
