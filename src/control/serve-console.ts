/**
 * The console's files under `/footlight/console/`, to whoever asks: they hold nothing of the account, and what the
 * page then asks of the API is asked like by anybody else.
 *
 * A path that names no file is a view of the page, whose own router finds it: links into the console can be
 * sent, and reloaded. What is below `assets/` carries a hash of itself in its name, and is kept for good.
 */
import { namesTag } from "../base/names-tag.ts";
import type { ApiRequest, ApiResponse } from "../wire/api-message.ts";
import { MethodNotAllowed } from "../wire/route.ts";

export interface ConsoleFile {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** Quoted, another one for each form of the file. */
  readonly etag: string;
  readonly isGzipped: boolean;
}

/**
 * @param name like `assets/app-1A2B3C4D.js`
 * @param takesGzip whether a form compressed with gzip will do
 * @returns undefined where there is no such file
 */
export type ReadConsoleFile = (
  name: string,
  takesGzip: boolean,
) => Promise<ConsoleFile | undefined>;

const root = "/footlight/console";
const page = "index.html";

/**
 * No script, style or connection but the console's own, no inline ones, and no text that becomes a script: what a
 * function, a header or a key holds can't run, whatever the page does with it.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const guards: Readonly<Record<string, string>> = {
  "content-security-policy": policy,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

/**
 * @returns undefined where the path is none of the console's
 * @throws MethodNotAllowed, for anything but GET and HEAD
 */
export async function serveConsole(
  request: Pick<ApiRequest, "method" | "path" | "headers">,
  read: ReadConsoleFile,
): Promise<ApiResponse | undefined> {
  const { method, path, headers } = request;
  if (path !== root && !path.startsWith(`${root}/`)) return undefined;
  if (method !== "GET" && method !== "HEAD")
    throw new MethodNotAllowed(method, path, ["GET", "HEAD"]);
  if (path === root) return { status: 308, headers: { ...guards, location: `${root}/` }, body: "" };

  const name = path.slice(root.length + 1);
  const isAsset = name.startsWith("assets/");
  const takesGzip = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(
    headers["accept-encoding"] ?? "",
  );
  const named = name === "" ? undefined : await read(name, takesGzip);
  const file = named ?? (isAsset ? undefined : await read(page, takesGzip));
  if (file === undefined) return isAsset ? notFound(path) : notBuilt();

  const own = {
    ...guards,
    etag: file.etag,
    "cache-control": isAsset ? "public, max-age=31536000, immutable" : "no-cache",
    vary: "accept-encoding",
  };
  if (namesTag(headers["if-none-match"], file.etag)) return { status: 304, headers: own, body: "" };
  return {
    status: 200,
    headers: {
      ...own,
      "content-type": file.contentType,
      ...(file.isGzipped && { "content-encoding": "gzip" }),
    },
    body: file.bytes,
  };
}

function notFound(path: string): ApiResponse {
  return text(404, `The console has no file ${path}`);
}

function notBuilt(): ApiResponse {
  return text(
    503,
    "The console is not built here. In a clone, npm run console builds it; the API works without.",
  );
}

function text(status: number, body: string): ApiResponse {
  const headers = { ...guards, "content-type": "text/plain; charset=utf-8" };
  return { status, headers: { ...headers, "cache-control": "no-store" }, body: `${body}\n` };
}
