/** The last headers of an answer: whether the connection stays open, then the edge's own. */
import type { SentAnswer } from "../answer/answer.ts";

/** @returns all headers of an answer, in the order they are written in */
export function headersWith(
  connection: "keep-alive" | "close",
  { headers, ownHeaders }: SentAnswer,
): string[] {
  return [...headers, "Connection", connection, ...ownHeaders];
}

/** Whether an answer's headers tell its length. */
export function hasLength({ headers }: SentAnswer): boolean {
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    if (name.length === 14 && name.toLowerCase() === "content-length") return true;
  }
  return false;
}
