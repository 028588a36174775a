/**
 * cf.cwt: CBOR Web Tokens, as COSE_Mac0 with HMAC-SHA256.
 *
 * AWS's text and examples contradict each other in the order of generateToken's arguments and in
 * the headers' names; both ways are accepted. Claims are not checked, as on CloudFront.
 *
 * Source: CloudFront Developer Guide, "CWT support for CloudFront Functions"; RFC 8152, RFC 8392.
 */
import type { GuestBytes } from "./bytes.ts";
import type { GuestCbor } from "./cbor.ts";
import type { GuestHashes } from "./hashes.ts";
import type { GuestKit } from "./kit.ts";

export function guestCwt(
  kit: GuestKit,
  bytes: GuestBytes,
  cbor: GuestCbor,
  hashes: GuestHashes,
  bufferOf: (of: Uint8Array) => unknown,
): object {
  "use strict";
  const { meter, Error, TypeError, isArray } = kit;
  const Bytes = Uint8Array;
  const macTag = 17;
  const cwtTag = 61;
  const longest = 1024;

  const keyOf = (given: unknown): Uint8Array => {
    const key =
      typeof given === "object" && given !== null ? (given as { key?: unknown }).key : undefined;
    const view = typeof key === "string" ? bytes.encodeUtf8(key) : bytes.bytesOfView(key);
    if (view === undefined) throw new TypeError("key is not a string or Buffer-like object");
    return view;
  };

  /** RFC 8152 §6.3: what the code is computed over. */
  const codeOf = (key: Uint8Array, protectedHeaders: Uint8Array, payload: Uint8Array): Uint8Array =>
    hashes.hmac(hashes.sha256, key, cbor.encode(["MAC0", protectedHeaders, new Bytes(0), payload]));

  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null;

  const decodeMap = (source: Uint8Array): unknown =>
    source.length === 0 ? {} : cbor.decode(source);

  const validateToken = function validateToken(token?: unknown, options?: unknown): object {
    meter.spend(3000);
    const key = keyOf(options);
    const source = bytes.bytesOfView(token);
    if (source === undefined) throw new TypeError("token is not a Buffer-like object");
    if (source.length > longest) throw new Error("token is longer than 1 KB");
    let item = cbor.decode(source);
    if (cbor.isTagged(item) && item.tag === cwtTag) item = item.value;
    if (!cbor.isTagged(item) || item.tag !== macTag)
      throw new Error("token is not a COSE MAC0 message");
    const parts = item.value;
    if (!isArray(parts) || parts.length !== 4) throw new Error("token is not an array of four");
    const protectedHeaders = bytes.bytesOfView(parts[0]);
    const payload = bytes.bytesOfView(parts[2]);
    const code = bytes.bytesOfView(parts[3]);
    if (protectedHeaders === undefined || payload === undefined || code === undefined) {
      throw new Error("token is malformed");
    }
    const want = codeOf(key, protectedHeaders, payload);
    // Algorithm 4 is the same code cut to 64 bits.
    let difference = code.length === 32 || code.length === 8 ? 0 : 1;
    for (let i = 0; i < code.length; i += 1) difference |= (code[i] as number) ^ (want[i] ?? 256);
    if (difference !== 0) throw new Error("token's MAC does not hold");
    return {
      protectedHeaders: decodeMap(protectedHeaders),
      unprotectedHeaders: parts[1] as unknown,
      payload: decodeMap(payload),
    };
  };

  const generateToken = function generateToken(first?: unknown, second?: unknown): unknown {
    meter.spend(3000);
    const firstIsContext = isObject(first) && "coseTag" in first;
    const context = firstIsContext ? first : second;
    const given = firstIsContext ? second : first;
    if (!isObject(context) || context["coseTag"] !== "MAC0")
      throw new TypeError('coseTag must be "MAC0"');
    if (!isObject(given)) throw new TypeError("payload must be an object");
    const headers = given["protectedHeaders"] ?? given["protected"] ?? { "1": 5 };
    const others = given["unprotectedHeaders"] ?? given["unprotected"] ?? {};
    const claims = given["payload"] ?? given;
    const protectedHeaders = cbor.encode(withNumbers(headers));
    const payload = cbor.encode(claims);
    const whole = codeOf(keyOf(context), protectedHeaders, payload);
    const isShort = isObject(headers) && kit.toText(headers["1"]) === "4";
    const code = isShort ? new Bytes(whole.buffer as ArrayBuffer, 0, 8) : whole;
    let item: unknown = cbor.tagged(macTag, [protectedHeaders, others, payload, code]);
    if (context["cwtTag"] === true) item = cbor.tagged(cwtTag, item);
    const token = cbor.encode(item);
    if (token.length > longest) throw new Error("token is longer than 1 KB");
    return bufferOf(token);
  };

  /** AWS's examples give the algorithm as the text "5"; COSE wants the number. */
  const withNumbers = (headers: unknown): unknown => {
    if (!isObject(headers)) throw new TypeError("protectedHeaders must be an object");
    const copy: Record<string, unknown> = {};
    const names = kit.keysOf(headers);
    for (let i = 0; i < names.length; i += 1) {
      const name = names[i] as string;
      const value = headers[name];
      const number = name === "1" && typeof value === "string" ? kit.Number(value) : NaN;
      copy[name] = number === number ? number : value;
    }
    return copy;
  };

  return { validateToken, generateToken };
}
