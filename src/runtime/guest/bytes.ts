/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * Text to bytes and back, in the encodings that functions know: utf8, hex, base64, base64url.
 *
 * 1.0's byte strings have one character a byte: ASCII as it is, and for the bytes from 0x80 to 0xff
 * the lone surrogates U+DC80 to U+DCFF, which no text of njs's can hold. So a byte string stays
 * one however it is cut and joined, and its bytes are told from the characters U+0080 to U+00FF.
 */
import type { GuestKit } from "./kit.ts";

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- its type is its shape
export function guestBytes(kit: GuestKit, withByteStrings: boolean) {
  "use strict";
  const { charCodeAt, meter } = kit;
  const Bytes = Uint8Array;
  const fromCharCode = String.fromCharCode;
  const isView = ArrayBuffer.isView;
  const base64Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const urlLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const hexLetters = "0123456789abcdef";

  const make = (length: number): Uint8Array => {
    meter.allocate(length);
    return new Bytes(length);
  };

  /** One code unit, or a pair's code point; a lone surrogate is U+FFFD. */
  const codePointAt = (text: string, at: number): number => {
    const unit = charCodeAt(text, at);
    if (unit < 0xd800 || unit > 0xdfff) return unit;
    if (unit < 0xdc00 && at + 1 < text.length) {
      const low = charCodeAt(text, at + 1);
      if (low >= 0xdc00 && low <= 0xdfff) return (unit - 0xd800) * 0x400 + low - 0xdc00 + 0x10000;
    }
    return -1;
  };

  /** Whether a lone surrogate is a byte of a byte string. */
  const isByte = (unit: number): boolean => withByteStrings && unit >= 0xdc80 && unit <= 0xdcff;

  const utf8Length = (text: string): number => {
    let length = 0;
    for (let i = 0; i < text.length; i += 1) {
      const code = codePointAt(text, i);
      if (code > 0xffff) i += 1;
      if (code < 0) length += isByte(charCodeAt(text, i)) ? 1 : 3;
      else length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    }
    return length;
  };

  /** How many characters at the start are ASCII; of most texts all are. */
  const countAscii = (text: string): number => {
    const { length } = text;
    let count = 0;
    while (count < length && charCodeAt(text, count) < 0x80) count += 1;
    return count;
  };

  const encodeUtf8 = (text: string): Uint8Array => {
    const { length } = text;
    meter.spend(2 * length);
    if (countAscii(text) === length) {
      const ascii = make(length);
      for (let i = 0; i < length; i += 1) ascii[i] = charCodeAt(text, i);
      return ascii;
    }
    const bytes = make(utf8Length(text));
    let at = 0;
    for (let i = 0; i < text.length; i += 1) {
      let code = codePointAt(text, i);
      if (code > 0xffff) i += 1;
      if (code < 0) {
        const unit = charCodeAt(text, i);
        if (isByte(unit)) {
          bytes[at++] = unit & 255;
          continue;
        }
        code = 0xfffd;
      }
      if (code < 0x80) {
        bytes[at++] = code;
      } else if (code < 0x800) {
        bytes[at++] = 0xc0 | (code >> 6);
        bytes[at++] = 0x80 | (code & 63);
      } else if (code < 0x10000) {
        bytes[at++] = 0xe0 | (code >> 12);
        bytes[at++] = 0x80 | ((code >> 6) & 63);
        bytes[at++] = 0x80 | (code & 63);
      } else {
        bytes[at++] = 0xf0 | (code >> 18);
        bytes[at++] = 0x80 | ((code >> 12) & 63);
        bytes[at++] = 0x80 | ((code >> 6) & 63);
        bytes[at++] = 0x80 | (code & 63);
      }
    }
    return bytes;
  };

  const textOf = (code: number): string =>
    code < 0x10000
      ? fromCharCode(code)
      : fromCharCode(0xd800 + ((code - 0x10000) >> 10), 0xdc00 + ((code - 0x10000) & 0x3ff));

  /** @returns null when `fatal` and the bytes are not UTF-8; else U+FFFD stands for what is not */
  const decodeUtf8 = (
    bytes: Uint8Array,
    start: number,
    end: number,
    fatal: boolean,
  ): string | null => {
    meter.spend(2 * (end - start));
    let text = "";
    let at = start;
    while (at < end) {
      const first = bytes[at] as number;
      at += 1;
      if (first < 0x80) {
        text += fromCharCode(first);
        continue;
      }
      const more =
        first >= 0xf0 && first <= 0xf4
          ? 3
          : first >= 0xe0 && first < 0xf0
            ? 2
            : first >= 0xc2 && first < 0xe0
              ? 1
              : 0;
      let code = more === 0 ? -1 : first & (more === 1 ? 31 : more === 2 ? 15 : 7);
      for (let i = 0; i < more && code >= 0; i += 1) {
        const next = at < end ? (bytes[at] as number) : 0;
        const low = i === 0 ? (first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80) : 0x80;
        const high = i === 0 ? (first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf) : 0xbf;
        if (next < low || next > high) {
          code = -1;
        } else {
          code = (code << 6) | (next & 63);
          at += 1;
        }
      }
      if (code < 0) {
        if (fatal) return null;
        text += "\ufffd";
      } else {
        text += textOf(code);
      }
    }
    meter.allocate(text.length);
    return text;
  };

  const encodeHex = (bytes: Uint8Array, start: number, end: number): string => {
    meter.allocate(2 * (end - start));
    let text = "";
    for (let i = start; i < end; i += 1) {
      const byte = bytes[i] as number;
      text += (hexLetters[byte >> 4] as string) + (hexLetters[byte & 15] as string);
    }
    return text;
  };

  const encodeBase64 = (bytes: Uint8Array, start: number, end: number, url: boolean): string => {
    meter.allocate(2 * (end - start));
    const letters = url ? urlLetters : base64Letters;
    let text = "";
    for (let i = start; i < end; i += 3) {
      const left = end - i;
      const first = bytes[i] as number;
      const second = left > 1 ? (bytes[i + 1] as number) : 0;
      const third = left > 2 ? (bytes[i + 2] as number) : 0;
      text +=
        (letters[first >> 2] as string) + (letters[((first & 3) << 4) | (second >> 4)] as string);
      if (left > 1) text += letters[((second & 15) << 2) | (third >> 6)] as string;
      else if (!url) text += "=";
      if (left > 2) text += letters[third & 63] as string;
      else if (!url) text += "=";
    }
    return text;
  };

  /** @param url whether the letters are base64url's; those of the other alphabet are none */
  const sextet = (code: number, url: boolean): number => {
    if (code >= 65 && code <= 90) return code - 65;
    if (code >= 97 && code <= 122) return code - 71;
    if (code >= 48 && code <= 57) return code + 4;
    if (code === (url ? 45 : 43)) return 62;
    if (code === (url ? 95 : 47)) return 63;
    return -1;
  };

  /** The first character that is no letter of the alphabet ends it, as in njs 0.8. */
  const decodeBase64 = (text: string, url: boolean): Uint8Array => {
    meter.spend(4 * text.length);
    let count = 0;
    while (count < text.length && sextet(charCodeAt(text, count), url) >= 0) count += 1;
    const bytes = make((count * 3) >> 2);
    let at = 0;
    let bits = 0;
    let have = 0;
    for (let i = 0; i < count; i += 1) {
      bits = ((bits << 6) | sextet(charCodeAt(text, i), url)) & 0xffffff;
      have += 6;
      if (have >= 8) {
        have -= 8;
        bytes[at++] = (bits >> have) & 255;
      }
    }
    return bytes;
  };

  const nibble = (code: number): number => {
    if (code >= 48 && code <= 57) return code - 48;
    const letter = code | 32;
    return letter >= 97 && letter <= 102 ? letter - 87 : -1;
  };

  const decodeHex = (text: string): Uint8Array => {
    meter.spend(2 * text.length);
    let count = 0;
    while (
      2 * count + 1 < text.length &&
      nibble(charCodeAt(text, 2 * count)) >= 0 &&
      nibble(charCodeAt(text, 2 * count + 1)) >= 0
    ) {
      count += 1;
    }
    const bytes = make(count);
    for (let i = 0; i < count; i += 1) {
      bytes[i] = (nibble(charCodeAt(text, 2 * i)) << 4) | nibble(charCodeAt(text, 2 * i + 1));
    }
    return bytes;
  };

  /** @returns undefined when the encoding is none of the four */
  const decode = (text: string, encoding: string): Uint8Array | undefined => {
    if (encoding === "utf8" || encoding === "utf-8") return encodeUtf8(text);
    if (encoding === "hex") return decodeHex(text);
    if (encoding === "base64") return decodeBase64(text, false);
    if (encoding === "base64url") return decodeBase64(text, true);
    return undefined;
  };

  const encode = (
    bytes: Uint8Array,
    start: number,
    end: number,
    encoding: string,
  ): string | undefined => {
    if (encoding === "utf8" || encoding === "utf-8") {
      return decodeUtf8(bytes, start, end, false) as string;
    }
    if (encoding === "hex") return encodeHex(bytes, start, end);
    if (encoding === "base64") return encodeBase64(bytes, start, end, false);
    if (encoding === "base64url") return encodeBase64(bytes, start, end, true);
    return undefined;
  };

  /** One character a byte, from U+0000 to U+00FF. */
  const encodeLatin1 = (bytes: Uint8Array): string => {
    meter.allocate(bytes.length);
    let text = "";
    for (let i = 0; i < bytes.length; i += 1) text += fromCharCode(bytes[i] as number);
    return text;
  };

  /** What 1.0 calls a byte string. */
  const byteString = (bytes: Uint8Array): string => {
    meter.allocate(bytes.length);
    let text = "";
    for (let i = 0; i < bytes.length; i += 1) {
      const byte = bytes[i] as number;
      text += fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
    }
    return text;
  };

  /** Whether a text has bytes of a byte string that are no ASCII. */
  const hasBytes = (text: string): boolean => {
    if (!withByteStrings) return false;
    for (let i = 0; i < text.length; i += 1) {
      const unit = charCodeAt(text, i);
      if (unit < 0xd800 || unit > 0xdcff) continue;
      if (unit < 0xdc00) i += 1;
      else if (isByte(unit)) return true;
    }
    return false;
  };

  /** A text as it is read outside: a byte string's bytes are UTF-8, and U+FFFD where they are not. */
  const asText = (text: string): string => {
    if (!hasBytes(text)) return text;
    const source = encodeUtf8(text);
    return decodeUtf8(source, 0, source.length, false) as string;
  };

  /** The bytes behind a view or buffer, or undefined for anything else. Not copied. */
  const bytesOfView = (value: unknown): Uint8Array | undefined => {
    if (isView(value)) {
      const view = value as Uint8Array;
      return new Bytes(view.buffer, view.byteOffset, view.byteLength);
    }
    return undefined;
  };

  return {
    make,
    encodeUtf8,
    decodeUtf8,
    utf8Length,
    decode,
    encode,
    encodeLatin1,
    byteString,
    isByte,
    hasBytes,
    asText,
    bytesOfView,
  };
}

export type GuestBytes = ReturnType<typeof guestBytes>;
