/** The last headers of an answer: whether the connection stays open, then the edge's own. */
import { hasName } from "../../base/header-lines.ts";
import { writeFields } from "../../http1/write-head.ts";
import type { SentAnswer } from "../answer/answer.ts";

type Connection = "keep-alive" | "close" | "Upgrade";

/** @returns all headers of an answer, in the order they are written in */
export function headersWith(
  connection: Exclude<Connection, "Upgrade">,
  { headers, ownHeaders }: SentAnswer,
): string[] {
  return [...headers, "Connection", connection, ...ownHeaders.lines];
}

/** @returns the same as HTTP/1.1 writes them, each line with its end */
export function fieldsWith(connection: Connection, answer: SentAnswer): string {
  const { headers, written, ownHeaders } = answer;
  const fields = written?.headers === headers ? written.fields : writeFields(headers);
  // What was switched to stands beside it (RFC 9110 §7.8).
  const upgrade = connection === "Upgrade" ? "Upgrade: websocket\r\n" : "";
  return `${fields}Connection: ${connection}\r\n${upgrade}${ownHeaders.fields}`;
}

/** Whether an answer's headers tell its length. */
export function hasLength({ headers, written }: SentAnswer): boolean {
  return written?.headers === headers ? written.isMeasured : hasName(headers, "content-length");
}
