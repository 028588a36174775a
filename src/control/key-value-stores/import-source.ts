/**
 * Where import sources come from. CloudFront reads an object of S3; here a table says which folder
 * or web address stands for a bucket, or for a part of one: `BUCKET[/PREFIX]=FOLDER_OR_URL`.
 */
import { open, realpath } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { ApiError } from "../../model/errors.ts";

/**
 * Reads an S3 object by its ARN, and no more than `maxBytes` + 1 bytes of it.
 *
 * @throws InvalidArgument, when the ARN names no S3 object, no place is configured for it, or it is not there
 */
export type ReadImportSource = (arn: string, maxBytes: number) => Promise<Uint8Array>;

interface Place {
  /** `bucket/` or `bucket/prefix/`. */
  readonly prefix: string;
  /** A folder, or a URL that begins with http:// or https://. */
  readonly target: string;
}

const fetchTimeoutMs = 10_000;

/**
 * @param table rows like `seeds=./seeds,shared/kvs=https://config.example/kvs`; "" for none
 * @throws Error that says what is wrong, for the person who wrote it
 */
export function createImportReader(table: string): ReadImportSource {
  const places = table
    .split(",")
    .filter((row) => row !== "")
    .map(parseRow)
    .sort((a, b) => b.prefix.length - a.prefix.length);
  const prefixes = new Set<string>();
  for (const { prefix } of places) {
    if (prefixes.has(prefix)) {
      throw new Error(`"${prefix.slice(0, -1)}" is there twice, and only one could count`);
    }
    prefixes.add(prefix);
  }

  return async (arn, maxBytes) => {
    const path = objectPath(arn);
    const place = places.find(({ prefix }) => path.startsWith(prefix));
    if (place === undefined) {
      const [bucket] = path.split("/");
      throw refusal(
        arn,
        `nothing says where the bucket "${bucket}" is. Start the node with --import-sources ${bucket}=FOLDER_OR_URL`,
      );
    }
    const segments = path.slice(place.prefix.length).split("/");
    if (segments.some((segment) => segment === "" || segment === "." || segment === "..")) {
      throw refusal(arn, "its key must be a plain path, without empty, . or .. segments");
    }
    return /^https?:\/\//.test(place.target)
      ? readFromWeb(place.target, segments, arn, maxBytes)
      : readFromFolder(place.target, segments, arn, maxBytes);
  };
}

function parseRow(row: string): Place {
  const equals = row.indexOf("=");
  const prefix = row.slice(0, equals).trim();
  return {
    prefix: prefix.endsWith("/") ? prefix : `${prefix}/`,
    target: row.slice(equals + 1).trim(),
  };
}

/** @returns `bucket/key` */
function objectPath(arn: string): string {
  const [, path] = /^arn:aws[a-z-]*:s3:::([^/]+\/.+)$/s.exec(arn) ?? [];
  if (path === undefined || path.includes("\0")) {
    throw refusal(arn, "it must be the ARN of an S3 object, like arn:aws:s3:::bucket/key.json");
  }
  return path;
}

async function readFromFolder(
  folder: string,
  segments: readonly string[],
  arn: string,
  maxBytes: number,
): Promise<Uint8Array> {
  try {
    const root = await realpath(resolve(folder));
    const path = await realpath(join(root, ...segments));
    // A symbolic link must not lead out of what the operator has named.
    if (!path.startsWith(root + sep)) throw refusal(arn, "it is outside its bucket's folder");
    const file = await open(path);
    try {
      const buffer = Buffer.alloc(maxBytes + 1);
      let size = 0;
      for (;;) {
        const { bytesRead } = await file.read(buffer, size, buffer.length - size, size);
        size += bytesRead;
        if (bytesRead === 0 || size === buffer.length) return buffer.subarray(0, size);
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof ApiError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "there is no such object" : `it cannot be read (${code})`;
    throw refusal(arn, why, error);
  }
}

async function readFromWeb(
  base: string,
  segments: readonly string[],
  arn: string,
  maxBytes: number,
): Promise<Uint8Array> {
  const path = segments.map(encodeURIComponent).join("/");
  try {
    const { url, headers } = withoutCredentials(`${base.replace(/\/$/, "")}/${path}`);
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(fetchTimeoutMs) });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw refusal(arn, `its server answered ${response.status}`);
    }
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxBytes) break;
    }
    return Buffer.concat(chunks);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    const { code } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
    const why = typeof code === "string" ? ` (${code})` : "";
    throw refusal(arn, `its server cannot be reached${why}`, error);
  }
}

/** `fetch()` takes no user and password in a URL; they are sent as they would be. */
function withoutCredentials(address: string): { readonly url: URL; readonly headers: Headers } {
  const url = new URL(address);
  const headers = new Headers();
  if (url.username !== "" || url.password !== "") {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers.set("authorization", `Basic ${Buffer.from(pair).toString("base64")}`);
  }
  url.username = "";
  url.password = "";
  return { url, headers };
}

function refusal(arn: string, why: string, cause?: unknown): ApiError {
  const shortArn = arn.length > 200 ? `${arn.slice(0, 200)}…` : arn;
  return new ApiError(
    "InvalidArgument",
    `The import source ${shortArn} cannot be read: ${why}`,
    cause === undefined ? undefined : { cause },
  );
}
