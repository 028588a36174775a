/**
 * Compresses a response that has just come from its origin, where the behavior and the viewer allow for it
 * and the origin has not done it. What is kept is what came of it, so it is made once for each key.
 *
 * Source: CloudFront Developer Guide, "Serve compressed files"; RFC 9110 §7.7 for no-transform.
 */
import {
  combinedValue,
  firstValue,
  forEachLine,
  hasName,
  withFirstValue,
} from "../../base/header-lines.ts";
import { parseCacheControl } from "../../cache/cache-control.ts";
import type { Answer } from "../answer/answer.ts";
import { encodingsOffered } from "../origin/accept-encoding.ts";
import type { CacheCall } from "./cache-call.ts";
import { CompressedBody, type Coding } from "./compressed-body.ts";

/** What of a process's work may be compressing, so that it takes bounded memory. */
export class Compressions {
  readonly #max: number;
  #running = 0;

  /** @param max bodies at a time; what comes meanwhile is sent and kept as it is */
  constructor(max = 32) {
    this.#max = max;
  }

  /** @returns how to give the place back, which may be called once; undefined where there is none */
  take(): (() => void) | undefined {
    if (this.#running >= this.#max) return undefined;
    this.#running += 1;
    return () => {
      this.#running -= 1;
    };
  }
}

/** @returns the very response where it is to stay as it is */
export function compressed(response: Answer, call: CacheCall, compressions: Compressions): Answer {
  const coding = codingFor(call);
  if (coding === undefined || !isCompressible(response)) return response;
  const giveBack = compressions.take();
  if (giveBack === undefined) return response;
  const { written: _, ...rest } = response;
  return {
    ...rest,
    headers: headersFor(response.headers, coding),
    body: new CompressedBody(response.body, coding, giveBack),
  };
}

/** Brotli where the viewer takes both. */
function codingFor({ asked, behavior, requester }: CacheCall): Coding | undefined {
  const { compression } = behavior.caching;
  if (compression === undefined || requester.method !== "GET") return undefined;
  if (requester.httpVersion === "1.0") return undefined;
  const offered = encodingsOffered(
    combinedValue(asked.headers, "accept-encoding") ?? "",
    compression,
  );
  if (offered === "") return undefined;
  return offered === "gzip" ? "gzip" : "br";
}

const statuses: ReadonlySet<number> = new Set([200, 403, 404]);
/** In bytes, as the origin says in Content-Length. */
const lengthMin = 1000;
const lengthMax = 10_000_000;

function isCompressible({ status, headers }: Answer): boolean {
  if (!statuses.has(status) || hasName(headers, "content-encoding")) return false;
  const length = firstValue(headers, "content-length") ?? "";
  if (!/^\d+$/.test(length) || Number(length) < lengthMin || Number(length) > lengthMax)
    return false;
  const [type = ""] = (firstValue(headers, "content-type") ?? "").split(";");
  if (!types.has(type.trim().toLowerCase())) return false;
  return !parseCacheControl(combinedValue(headers, "cache-control")).noTransform;
}

const types: ReadonlySet<string> = new Set([
  ...[
    ..."dash+xml eot font font-sfnt javascript json opentype otf pdf pkcs7-mime protobuf".split(
      " ",
    ),
    ..."rss+xml truetype ttf vnd.apple.mpegurl vnd.mapbox-vector-tile vnd.ms-fontobject".split(" "),
    ..."wasm xhtml+xml xml x-font-opentype x-font-truetype x-font-ttf x-httpd-cgi".split(" "),
    ..."x-javascript x-mpegurl x-opentype x-otf x-perl x-ttf".split(" "),
  ].map((name) => `application/${name}`),
  ...["eot", "opentype", "otf", "ttf"].map((name) => `font/${name}`),
  "image/svg+xml",
  ...[
    ..."css csv html javascript js plain richtext tab-separated-values xml".split(" "),
    ..."x-component x-java-source x-script".split(" "),
  ].map((name) => `text/${name}`),
  "vnd.apple.mpegurl",
]);

function headersFor(from: readonly string[], coding: Coding): string[] {
  const headers: string[] = [];
  forEachLine(from, (name, value) => {
    const lower = name.toLowerCase();
    if (lower === "content-length") return;
    const sent = lower === "etag" ? weakened(value) : value;
    if (sent !== undefined) headers.push(name, sent);
  });
  headers.push("Content-Encoding", coding);
  return varyingByCoding(headers);
}

/**
 * Headers of what was compressed, after an origin that knows nothing of it has told them anew.
 *
 * @param before what they were
 */
export function stillVarying(headers: string[], before: readonly string[]): string[] {
  return hasName(before, "content-encoding") && variesByCoding(before)
    ? varyingByCoding(headers)
    : headers;
}

function varyingByCoding(headers: string[]): string[] {
  if (variesByCoding(headers)) return headers;
  const vary = firstValue(headers, "vary");
  if (vary === undefined) return [...headers, "Vary", "Accept-Encoding"];
  return [...withFirstValue(headers, "vary", `${vary}, Accept-Encoding`)];
}

function variesByCoding(headers: readonly string[]): boolean {
  const names = combinedValue(headers, "vary")?.toLowerCase().split(",") ?? [];
  return names.some((name) => name.trim() === "accept-encoding" || name.trim() === "*");
}

/** The bytes are others, though they mean the same. @returns undefined for what is no tag */
function weakened(etag: string): string | undefined {
  if (etag.startsWith("W/")) return etag;
  return etag.startsWith('"') ? `W/${etag}` : undefined;
}
