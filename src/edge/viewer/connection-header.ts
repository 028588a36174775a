/** The last headers of an answer: whether the connection stays open, then the edge's own. */
import { hasName } from "../../base/header-lines.ts";
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
  return hasName(headers, "content-length");
}
