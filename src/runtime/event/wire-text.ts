/**
 * Between bytes on the wire, which Node hands over one character a byte, and the text a function
 * sees: UTF-8, or ISO-8859-1 where the bytes are not UTF-8.
 */
import { Buffer, isUtf8 } from "node:buffer";

/** Any character beyond ASCII takes more bytes than it counts; measuring is faster than looking. */
export const isAscii = (text: string): boolean => Buffer.byteLength(text) === text.length;

export function textFromWire(wire: string): string {
  if (isAscii(wire)) return wire;
  // No decoder that throws: viewers send as many values that are not UTF-8 as they like.
  const bytes = Buffer.from(wire, "latin1");
  return isUtf8(bytes) ? bytes.toString("utf8") : wire;
}

export function wireFromText(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}
