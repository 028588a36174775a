/**
 * The text of an event object. It travels as base64 that the client makes, and a client that was told
 * otherwise sends something else: AWS CLI 2 takes what does not begin with fileb:// for base64
 * and decodes it, which leaves nothing of `{}` and noise of most events.
 */
import { decodeUtf8 } from "../../base/decode-utf8.ts";
import { InvalidArgument } from "../../model/errors.ts";

const hint = "AWS CLI 2 wants --event-object fileb://event.json";

/** @throws InvalidArgument, when it is no text that could be JSON */
export function readEventObject(bytes: Uint8Array | undefined): string {
  const text = decodeUtf8(bytes ?? new Uint8Array());
  if (text?.trim() === "") throw new InvalidArgument(`The event object is empty; ${hint}`);
  if (text === undefined || !/^\s*[{["\dtfn-]/.test(text)) {
    const what = text !== undefined && isBase64OfJson(text) ? "encoded twice" : "no JSON";
    throw new InvalidArgument(
      `The event object is ${what}; clients encode it themselves, and ${hint}`,
    );
  }
  return text;
}

function isBase64OfJson(text: string): boolean {
  return Buffer.from(text.slice(0, 80), "base64").toString("latin1").trimStart().startsWith("{");
}
