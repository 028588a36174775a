/**
 * How values stand in access logs, so that none holds a delimiter or ends a line.
 *
 * Source: CloudFront Developer Guide, "Standard logging reference": characters outside of ASCII 32 to 126,
 * the space, and `< > " # % { } | \ ^ ~ [ ] ' and the grave accent are percent-encoded.
 */
import { RecentMap } from "../../../base/recent-map.ts";

// oxlint-disable-next-line no-control-regex -- those are among what is encoded
const encoded = /[\0- "#%'<>[\\\]^`{|}~\x7f-\uffff]/;
const all = new RegExp(encoded, "g");

/** Viewers say the same again and again, such as which browser they are. */
const remembered = new RecentMap<string, string>(500);
/** Longer ones are not remembered, in characters. */
const rememberedMax = 300;

/** @param value in Latin-1, as the wire has it */
export function encodeValue(value: string): string {
  if (!encoded.test(value)) return value;
  if (value.length > rememberedMax) return value.replaceAll(all, encodeCharacter);
  let result = remembered.get(value);
  if (result === undefined) {
    result = value.replaceAll(all, encodeCharacter);
    remembered.set(value, result);
  }
  return result;
}

function encodeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  if (code > 0xff) return encodeURIComponent(character.toWellFormed());
  return `%${code < 16 ? "0" : ""}${code.toString(16).toUpperCase()}`;
}
