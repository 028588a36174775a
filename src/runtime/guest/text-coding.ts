/** TextEncoder, TextDecoder, atob and btoa; UTF-8 is the only encoding, as in njs. */
import type { GuestBytes } from "./bytes.ts";
import type { GuestKit } from "./kit.ts";

export function guestTextCoding(kit: GuestKit, bytes: GuestBytes, withBase64: boolean): void {
  "use strict";
  const { meter, TypeError, RangeError, toText, charCodeAt, defineProperty } = kit;

  const Bytes = Uint8Array;
  const NativeArrayBuffer = ArrayBuffer;

  const define = (name: string, value: unknown): void => {
    defineProperty(globalThis, name, {
      value,
      writable: true,
      enumerable: false,
      configurable: true,
    });
  };

  class TextEncoder {
    get encoding(): string {
      return "utf-8";
    }
    encode(text?: unknown): Uint8Array {
      meter.spend(300);
      return bytes.encodeUtf8(text === undefined ? "" : toText(text));
    }
    encodeInto(text?: unknown, target?: unknown): { read: number; written: number } {
      const room = bytes.bytesOfView(target);
      if (room === undefined) {
        throw new TypeError('The "destination" argument must be an instance of Uint8Array');
      }
      const source = toText(text);
      let read = 0;
      let written = 0;
      while (read < source.length) {
        meter.spend(10);
        const unit = charCodeAt(source, read);
        const isPair = unit >= 0xd800 && unit < 0xdc00 && read + 1 < source.length;
        const encoded = bytes.encodeUtf8(kit.slice(source, read, read + (isPair ? 2 : 1)));
        if (written + encoded.length > room.length) break;
        for (let i = 0; i < encoded.length; i += 1) room[written + i] = encoded[i] as number;
        written += encoded.length;
        read += isPair ? 2 : 1;
      }
      return { read, written };
    }
  }

  class TextDecoder {
    #fatal: boolean;
    #ignoreBom: boolean;
    constructor(label?: unknown, options?: unknown) {
      const name = label === undefined ? "utf-8" : kit.toLowerCase(toText(label));
      if (name !== "utf-8" && name !== "utf8") {
        throw new RangeError(`The "${name}" encoding is not supported`);
      }
      const given = (options ?? {}) as { fatal?: unknown; ignoreBOM?: unknown };
      this.#fatal = given.fatal === true;
      this.#ignoreBom = given.ignoreBOM === true;
    }
    get encoding(): string {
      return "utf-8";
    }
    get fatal(): boolean {
      return this.#fatal;
    }
    get ignoreBOM(): boolean {
      return this.#ignoreBom;
    }
    decode(source?: unknown): string {
      meter.spend(300);
      if (source === undefined) return "";
      const isBuffer =
        typeof source === "object" && source !== null && source instanceof NativeArrayBuffer;
      const view = isBuffer ? new Bytes(source) : bytes.bytesOfView(source);
      if (view === undefined)
        throw new TypeError('The "input" argument must be an instance of TypedArray');
      const text = bytes.decodeUtf8(view, 0, view.length, this.#fatal);
      if (text === null) throw new TypeError("The encoded data was not valid");
      return !this.#ignoreBom && charCodeAt(text, 0) === 0xfeff ? kit.slice(text, 1) : text;
    }
  }
  define("TextEncoder", TextEncoder);
  define("TextDecoder", TextDecoder);
  if (!withBase64) return;

  const isLetter = (code: number): boolean =>
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    code === 43 ||
    code === 47;

  define("atob", function atob(given?: unknown): string {
    const text = toText(given);
    meter.spend(300 + 4 * text.length);
    let letters = "";
    // Unlike browsers, njs lets no line break or tab stand there.
    for (let i = 0; i < text.length; i += 1) {
      if (charCodeAt(text, i) !== 32) letters += text[i] as string;
    }
    let { length } = letters;
    for (let i = 0; i < 2 && length % 4 !== 1 && letters.length % 4 === 0; i += 1) {
      if (length > 0 && charCodeAt(letters, length - 1) === 61) length -= 1;
    }
    let isCorrect = length % 4 !== 1;
    for (let i = 0; i < length; i += 1) if (!isLetter(charCodeAt(letters, i))) isCorrect = false;
    if (!isCorrect) throw new TypeError("the string to be decoded is not correctly encoded");
    // njs loses the letters behind the last four where the padding is left out.
    if (length === letters.length) length -= length % 4;
    return bytes.encodeLatin1(bytes.decode(kit.slice(letters, 0, length), "base64") as Uint8Array);
  });
  define("btoa", function btoa(given?: unknown): string {
    const text = toText(given);
    meter.spend(300 + 4 * text.length);
    const source = bytes.make(text.length);
    for (let i = 0; i < text.length; i += 1) {
      const code = charCodeAt(text, i);
      if (code > 255) throw new TypeError("invalid character (>= U+00FF)");
      source[i] = code;
    }
    return bytes.encode(source, 0, source.length, "base64") as string;
  });
}
