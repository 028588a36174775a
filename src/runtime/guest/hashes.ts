/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * MD5, SHA-1 and SHA-256 over bytes.
 *
 * They run inside the isolate: a call out to the host's would be a door in the wall, and costs
 * more than hashing a token does.
 *
 * Source: RFC 1321, FIPS 180-4, RFC 2104.
 */
import type { GuestKit } from "./kit.ts";

export type Digest = (bytes: Uint8Array) => Uint8Array;

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- its type is its shape
export function guestHashes(kit: GuestKit) {
  "use strict";
  const { meter } = kit;
  const Bytes = Uint8Array;
  const setBytes = kit.uncurry<Uint8Array, [from: Uint8Array, at?: number], void>(
    Bytes.prototype.set,
  );
  // Signed, since V8 keeps a word of 32 bits beyond 2^31 as a floating-point number.
  const Words = Int32Array;
  const { floor, abs, sin, sqrt, cbrt } = Math;

  /** The first 32 bits of a number's fraction. */
  const fraction = (value: number): number => ((value - floor(value)) * 4294967296) | 0;
  const primes = new Words(64);
  for (let found = 0, candidate = 2; found < 64; candidate += 1) {
    let isPrime = true;
    for (let i = 0; i < found; i += 1) if (candidate % (primes[i] as number) === 0) isPrime = false;
    if (isPrime) {
      primes[found] = candidate;
      found += 1;
    }
  }
  const sha256Constants = new Words(64);
  const sha256Start = new Words(8);
  const md5Constants = new Words(64);
  for (let i = 0; i < 64; i += 1) {
    sha256Constants[i] = fraction(cbrt(primes[i] as number));
    if (i < 8) sha256Start[i] = fraction(sqrt(primes[i] as number));
    md5Constants[i] = floor(abs(sin(i + 1)) * 4294967296) | 0;
  }
  const md5Shifts = new Words([7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]);
  /** Words of the block at hand; each block writes all that it reads. */
  const w = new Words(80);

  const left = (word: number, by: number): number => (word << by) | (word >>> (32 - by));
  const right = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

  /** How many blocks a message has with its padding. */
  const countBlocks = (length: number): number => ((length + 8) >> 6) + 1;

  /** Puts one block of the message with its padding into the first 16 words; the bit length comes last. */
  const readBlock = (message: Uint8Array, block: number, littleEndian: boolean): void => {
    const { length } = message;
    const start = block << 6;
    for (let i = 0; i < 16; i += 1) {
      const at = start + (i << 2);
      let first = 0;
      let second = 0;
      let third = 0;
      let fourth = 0;
      if (at + 3 < length) {
        first = message[at] as number;
        second = message[at + 1] as number;
        third = message[at + 2] as number;
        fourth = message[at + 3] as number;
      } else if (at <= length) {
        const left = length - at;
        first = left > 0 ? (message[at] as number) : 0x80;
        second = left > 1 ? (message[at + 1] as number) : left === 1 ? 0x80 : 0;
        third = left > 2 ? (message[at + 2] as number) : left === 2 ? 0x80 : 0;
        fourth = left === 3 ? 0x80 : 0;
      }
      w[i] = littleEndian
        ? first | (second << 8) | (third << 16) | (fourth << 24)
        : (first << 24) | (second << 16) | (third << 8) | fourth;
    }
    if (block + 1 < countBlocks(length)) return;
    w[littleEndian ? 14 : 15] = length << 3;
    w[littleEndian ? 15 : 14] = length >>> 29;
  };

  const toBytes = (words: Int32Array, count: number, littleEndian: boolean): Uint8Array => {
    const bytes = new Bytes(count * 4);
    for (let i = 0; i < count * 4; i += 1) {
      const shift = littleEndian ? (i & 3) * 8 : 24 - (i & 3) * 8;
      bytes[i] = ((words[i >> 2] as number) >>> shift) & 255;
    }
    return bytes;
  };

  const sha256: Digest = (message) => {
    const { length } = message;
    meter.spend(1200 + 26 * length);
    const state = new Words(sha256Start);
    for (let block = 0; block < countBlocks(length); block += 1) {
      readBlock(message, block, false);
      for (let i = 16; i < 64; i += 1) {
        const early = w[i - 15] as number;
        const late = w[i - 2] as number;
        const s0 = right(early, 7) ^ right(early, 18) ^ (early >>> 3);
        const s1 = right(late, 17) ^ right(late, 19) ^ (late >>> 10);
        w[i] = ((w[i - 16] as number) + s0 + (w[i - 7] as number) + s1) | 0;
      }
      let a = state[0] as number;
      let b = state[1] as number;
      let c = state[2] as number;
      let d = state[3] as number;
      let e = state[4] as number;
      let f = state[5] as number;
      let g = state[6] as number;
      let h = state[7] as number;
      for (let i = 0; i < 64; i += 1) {
        const s1 = right(e, 6) ^ right(e, 11) ^ right(e, 25);
        const choice = (e & f) ^ (~e & g);
        const first = (h + s1 + choice + (sha256Constants[i] as number) + (w[i] as number)) | 0;
        const s0 = right(a, 2) ^ right(a, 13) ^ right(a, 22);
        const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g;
        g = f;
        f = e;
        e = (d + first) | 0;
        d = c;
        c = b;
        b = a;
        a = (first + second) | 0;
      }
      state[0] = ((state[0] as number) + a) | 0;
      state[1] = ((state[1] as number) + b) | 0;
      state[2] = ((state[2] as number) + c) | 0;
      state[3] = ((state[3] as number) + d) | 0;
      state[4] = ((state[4] as number) + e) | 0;
      state[5] = ((state[5] as number) + f) | 0;
      state[6] = ((state[6] as number) + g) | 0;
      state[7] = ((state[7] as number) + h) | 0;
    }
    return toBytes(state, 8, false);
  };

  const sha1: Digest = (message) => {
    const { length } = message;
    meter.spend(1200 + 26 * length);
    const state = new Words([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]);
    for (let block = 0; block < countBlocks(length); block += 1) {
      readBlock(message, block, false);
      for (let i = 16; i < 80; i += 1) {
        const mixed =
          (w[i - 3] as number) ^
          (w[i - 8] as number) ^
          (w[i - 14] as number) ^
          (w[i - 16] as number);
        w[i] = left(mixed, 1);
      }
      let a = state[0] as number;
      let b = state[1] as number;
      let c = state[2] as number;
      let d = state[3] as number;
      let e = state[4] as number;
      for (let i = 0; i < 80; i += 1) {
        const f =
          i < 20 ? (b & c) | (~b & d) : i < 40 || i >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d);
        const k = i < 20 ? 0x5a827999 : i < 40 ? 0x6ed9eba1 : i < 60 ? 0x8f1bbcdc : 0xca62c1d6;
        const next = (left(a, 5) + f + e + (k | 0) + (w[i] as number)) | 0;
        e = d;
        d = c;
        c = left(b, 30);
        b = a;
        a = next;
      }
      state[0] = ((state[0] as number) + a) | 0;
      state[1] = ((state[1] as number) + b) | 0;
      state[2] = ((state[2] as number) + c) | 0;
      state[3] = ((state[3] as number) + d) | 0;
      state[4] = ((state[4] as number) + e) | 0;
    }
    return toBytes(state, 5, false);
  };

  const md5: Digest = (message) => {
    const { length } = message;
    meter.spend(1200 + 9 * length);
    const state = new Words([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]);
    for (let block = 0; block < countBlocks(length); block += 1) {
      readBlock(message, block, true);
      let a = state[0] as number;
      let b = state[1] as number;
      let c = state[2] as number;
      let d = state[3] as number;
      for (let i = 0; i < 64; i += 1) {
        const round = i >> 4;
        const f =
          round === 0
            ? (b & c) | (~b & d)
            : round === 1
              ? (d & b) | (~d & c)
              : round === 2
                ? b ^ c ^ d
                : c ^ (b | ~d);
        const at = round === 0 ? i : round === 1 ? 5 * i + 1 : round === 2 ? 3 * i + 5 : 7 * i;
        const sum = (a + f + (md5Constants[i] as number) + (w[at & 15] as number)) | 0;
        const shift = md5Shifts[(round << 2) | (i & 3)] as number;
        a = d;
        d = c;
        c = b;
        b = (b + left(sum, shift)) | 0;
      }
      state[0] = ((state[0] as number) + a) | 0;
      state[1] = ((state[1] as number) + b) | 0;
      state[2] = ((state[2] as number) + c) | 0;
      state[3] = ((state[3] as number) + d) | 0;
    }
    return toBytes(state, 4, true);
  };

  const join = (first: Uint8Array, second: Uint8Array): Uint8Array => {
    meter.allocate(first.length + second.length);
    const all = new Bytes(first.length + second.length);
    if (first.length > 0) setBytes(all, first);
    setBytes(all, second, first.length);
    return all;
  };

  /** HMAC, RFC 2104, for hashes with a block of 64 bytes. */
  const hmac = (digest: Digest, key: Uint8Array, message: Uint8Array): Uint8Array => {
    const short = key.length > 64 ? digest(key) : key;
    const inner = new Bytes(64);
    const outer = new Bytes(64);
    for (let i = 0; i < 64; i += 1) {
      const byte = i < short.length ? (short[i] as number) : 0;
      inner[i] = byte ^ 0x36;
      outer[i] = byte ^ 0x5c;
    }
    return digest(join(outer, digest(join(inner, message))));
  };

  return { __proto__: null, md5, sha1, sha256, join, hmac };
}

export type GuestHashes = ReturnType<typeof guestHashes>;
