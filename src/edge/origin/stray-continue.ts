/**
 * Lets an origin send a "100 Continue" that nobody asked for: CloudFront takes one, and no second.
 *
 * undici passes over all informational responses but this one, which it takes for a broken origin,
 * and it has no setting for that. So the parser of each connection is told that the first 100
 * before a response is a 102, which it passes over.
 *
 * Source: RFC 9110 §15.2; CloudFront Developer Guide, "100 Continue responses".
 */
import type { Socket } from "node:net";

interface ResponseParser {
  onHeadersComplete(status: number, upgrade: boolean, shouldKeepAlive: boolean): number;
}

let parserKey: symbol | undefined;

/** @param socket one that undici has just begun to use */
export function takeStrayContinue(socket: Socket): void {
  const parser = parserOf(socket);
  if (parser === undefined) return;
  const tell = parser.onHeadersComplete.bind(parser);
  let hasContinued = false;
  parser.onHeadersComplete = (status, upgrade, shouldKeepAlive) => {
    const isFirst = status === 100 && !hasContinued;
    hasContinued = status < 200 && (hasContinued || isFirst);
    return tell(isFirst ? 102 : status, upgrade, shouldKeepAlive);
  };
}

/** @returns undefined when the connection has ended already */
function parserOf(socket: Socket): ResponseParser | undefined {
  parserKey ??= Object.getOwnPropertySymbols(socket).find((key) => key.description === "parser");
  if (parserKey === undefined) return undefined;
  return (socket as unknown as Record<symbol, ResponseParser | null>)[parserKey] ?? undefined;
}
