/**
 * Which requests ask to go on as a WebSocket connection: the part of RFC 6455 §4.2.1 that is HTTP's.
 * Key and version are the origin's to judge, whose answer says what it would rather have.
 */
import type { IncomingMessage } from "node:http";
import { lists } from "../../../base/header-lines.ts";

type Asked = Pick<IncomingMessage, "method" | "httpVersion" | "headers">;

/** An Upgrade in HTTP/1.0 means nothing (RFC 9110 §7.8), and a handshake is a GET without content. */
export function isWebSocketHandshake({ method, httpVersion, headers }: Asked): boolean {
  const { connection = "", upgrade = "", "content-length": length = "0" } = headers;
  if (method !== "GET" || httpVersion !== "1.1") return false;
  if (headers["transfer-encoding"] !== undefined || !/^0+$/.test(length)) return false;
  return lists(connection, "upgrade") && lists(upgrade, "websocket");
}
