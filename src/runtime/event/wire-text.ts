/**
 * Between bytes on the wire, which Node hands over one character a byte, and the text a function
 * sees: UTF-8, or ISO-8859-1 where the bytes are not UTF-8.
 */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Any character beyond ASCII takes more bytes than it counts; measuring is faster than looking. */
export const isAscii = (text: string): boolean => Buffer.byteLength(text) === text.length;

export function textFromWire(wire: string): string {
  if (isAscii(wire)) return wire;
  try {
    return utf8.decode(Buffer.from(wire, "latin1"));
  } catch {
    return wire;
  }
}

export function wireFromText(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}
