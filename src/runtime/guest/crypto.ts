/**
 * The crypto module: createHash and createHmac, with njs's limits and error texts.
 *
 * On 1.0 a digest without an encoding is a byte string, on 2.0 a Buffer.
 */
import type { GuestBytes } from "./bytes.ts";
import type { Digest, GuestHashes } from "./hashes.ts";
import type { GuestKit } from "./kit.ts";

export function guestCrypto(
  kit: GuestKit,
  bytes: GuestBytes,
  hashes: GuestHashes,
  bufferOf: ((bytes: Uint8Array) => unknown) | undefined,
): object {
  "use strict";
  const { meter, TypeError, Error, toText } = kit;

  const digestOf = (name: unknown): Digest => {
    if (typeof name !== "string") throw new TypeError("algorithm must be a string");
    if (name === "md5") return hashes.md5;
    if (name === "sha1") return hashes.sha1;
    if (name === "sha256") return hashes.sha256;
    throw new TypeError(`not supported algorithm: "${name}"`);
  };

  const toBytes = (value: unknown, what: string): Uint8Array => {
    if (typeof value === "string") return bytes.encodeUtf8(value);
    if (bufferOf === undefined) throw new TypeError(`${what} must be a string`);
    const view = bytes.bytesOfView(value);
    if (view === undefined) throw new TypeError(`${what} is not a string or Buffer-like object`);
    return view;
  };

  const write = (digest: Uint8Array, encoding: unknown): unknown => {
    if (encoding === undefined) {
      return bufferOf === undefined ? bytes.byteString(digest) : bufferOf(digest);
    }
    if (typeof encoding !== "string") throw new TypeError("encoding must be a string");
    const isKnown = encoding === "hex" || encoding === "base64" || encoding === "base64url";
    if (!isKnown) throw new TypeError(`Unknown digest encoding: "${toText(encoding)}"`);
    return bytes.encode(digest, 0, digest.length, encoding);
  };

  const Bytes = Uint8Array;

  class Hash {
    #digest: Digest;
    #message: Uint8Array | undefined = new Bytes(0);
    #key: Uint8Array | undefined;

    constructor(digest: Digest, key: Uint8Array | undefined) {
      this.#digest = digest;
      this.#key = key;
    }

    update(data?: unknown): this {
      meter.spend(300);
      if (this.#message === undefined) throw new Error("Digest already called");
      this.#message = hashes.join(this.#message, toBytes(data, "data"));
      return this;
    }

    digest(encoding?: unknown): unknown {
      const message = this.#message;
      if (message === undefined) throw new Error("Digest already called");
      this.#message = undefined;
      const key = this.#key;
      const digest = this.#digest;
      return write(
        key === undefined ? digest(message) : hashes.hmac(digest, key, message),
        encoding,
      );
    }
  }

  /** An Hmac is a Hash with a key; njs gives it a class of its own. */
  class Hmac extends Hash {}
  kit.hidden[kit.hidden.length] = Hash.prototype;
  kit.hidden[kit.hidden.length] = Hmac.prototype;

  return {
    createHash: function createHash(algorithm?: unknown): Hash {
      meter.spend(1000);
      return new Hash(digestOf(algorithm), undefined);
    },
    createHmac: function createHmac(algorithm?: unknown, key?: unknown): Hash {
      meter.spend(1000);
      return new Hmac(digestOf(algorithm), toBytes(key, "key"));
    },
  };
}
