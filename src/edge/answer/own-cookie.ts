/** Gives an answer the cookie that the edge itself sets, whatever policies and functions have made of it. */
import type { Visit } from "../record/visit.ts";
import type { Answer } from "./answer.ts";

/** @returns the very answer where there is none to set */
export function withOwnCookie(answer: Answer, { setsCookie }: Pick<Visit, "setsCookie">): Answer {
  if (setsCookie === undefined) return answer;
  return {
    ...answer,
    headers: [...answer.headers, "Set-Cookie", setsCookie],
    written: undefined,
  };
}
