/**
 * The header lines of a message, as HTTP/1.1 writes them (RFC 9112 §5), read strictly: what two
 * readers could take for different headers is not read at all.
 */

import { addToHash, hashStart, nameIn } from "./known-names.ts";

const cr = 13;
const lf = 10;
const tab = 9;
const space = 32;
const colon = 58;

/** 1 for each byte that a token may have (RFC 9110 §5.6.2). */
export const tokenBytes: Uint8Array = new Uint8Array(256);
for (const character of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
  tokenBytes[character.charCodeAt(0)] = 1;
}

/**
 * @param text Latin-1, a byte a character
 * @param from where the first line begins
 * @param to where the last one has ended, after its line end
 * @returns names and values in turn, values without the white space around them; undefined when a
 *   line is none: no token before the colon, a folded line, a line end that is not CR LF, a control
 */
export function readFieldLines(text: string, from: number, to: number): string[] | undefined {
  const fields: string[] = [];
  let at = from;
  while (at < to) {
    const nameStart = at;
    let hash = hashStart;
    let code = text.charCodeAt(at);
    while (tokenBytes[code] === 1) {
      hash = addToHash(hash, code);
      at += 1;
      code = text.charCodeAt(at);
    }
    if (at === nameStart || code !== colon) return undefined;
    const name = nameIn(text, nameStart, at, hash).spelling;
    at += 1;
    while (isBlank(text.charCodeAt(at))) at += 1;
    const valueStart = at;
    while (isFieldByte(text.charCodeAt(at))) at += 1;
    if (text.charCodeAt(at) !== cr || text.charCodeAt(at + 1) !== lf || at + 2 > to)
      return undefined;
    let valueEnd = at;
    while (valueEnd > valueStart && isBlank(text.charCodeAt(valueEnd - 1))) valueEnd -= 1;
    fields.push(name, text.slice(valueStart, valueEnd));
    at += 2;
  }
  return fields;
}

function isBlank(code: number): boolean {
  return code === space || code === tab;
}

/** What a value may hold: visible characters, blanks, and bytes beyond ASCII (RFC 9110 §5.5). */
function isFieldByte(code: number): boolean {
  return code >= space ? code !== 127 : code === tab;
}

/** @returns the values of every line with that name, in order */
export function valuesOf(fields: readonly string[], lower: string): string[] {
  const values: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string;
    if (name.length === lower.length && name.toLowerCase() === lower)
      values.push(fields[i + 1] as string);
  }
  return values;
}
