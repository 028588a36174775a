/**
 * A folder of this machine as an origin: its files are what a plain web server or an S3 bucket would
 * answer with.
 *
 * As with S3's REST endpoint nothing stands for a folder itself, neither a list nor an index file; `/` is
 * the default root object's business. What is not there is 404 here, where a bucket that must not be
 * listed says 403.
 */
import { emptyBody, WholeBody } from "../../../base/body.ts";
import type { Clock } from "../../../base/clock.ts";
import { httpDate } from "../../../base/http-date.ts";
import type { Logger } from "../../../base/logger.ts";
import type { ByteRange } from "../../../cache/ranges.ts";
import { statusesOf } from "../faults.ts";
import { OriginAttempt } from "../origin-attempt.ts";
import { isBucket } from "../../deployment/origin-settings.ts";
import type { OriginCall, OriginFailure, OriginResponse } from "../origin-call.ts";
import { FileBody } from "./file-body.ts";
import { wasWritten } from "./file-validators.ts";
import { fitFile } from "./fit-file.ts";
import { namesInPath } from "./names-in-path.ts";
import { openInFolder, type OpenFile } from "./open-in-folder.ts";

export interface FolderSurroundings {
  readonly now: Clock;
  readonly logger: Logger;
}

/** Bytes of a file that are read before anything is answered; of more, each is read as it is taken. */
const smallMax = 64 * 1024;
/** How often a small file is read anew that is written to meanwhile. */
const rereadsMax = 3;

/** @param folder as a path from the root */
export async function askFolder(
  call: OriginCall,
  folder: string,
  { now, logger }: FolderSurroundings,
): Promise<OriginResponse | OriginFailure> {
  const { origin, request, requestId, attempts } = call;
  const attempt = new OriginAttempt(origin.id);
  attempts.push(attempt);
  // Nothing here reads one.
  request.body?.endAttempt();
  try {
    const { status, headers, body } = await answer(call, folder, attempt, now);
    attempt.answered(status);
    if (!(body instanceof FileBody)) attempt.ended();
    const dated = ["Date", httpDate(now), ...headers];
    return { status, reason: "", headers: dated, body, isS3: isBucket(origin) };
  } catch (error) {
    attempt.ended("unreachable", "OriginConnectError");
    logger.warn({ requestId, origin: origin.domainName, folder, err: error }, "origin failed");
    return { fault: "unreachable", countsAs: statusesOf("unreachable", false) };
  }
}

type Response = Pick<OriginResponse, "status" | "headers" | "body">;

async function answer(
  call: OriginCall,
  folder: string,
  attempt: OriginAttempt,
  now: Clock,
): Promise<Response> {
  const { request } = call;
  const { method, path } = request;
  if (method !== "GET" && method !== "HEAD") return refusal(method, 405, ["Allow", "GET, HEAD"]);
  const names = namesInPath(path);
  if (typeof names === "number") return refusal(method, names);
  for (let rereads = 0; ; rereads += 1) {
    const file = await openInFolder(folder, names);
    if (typeof file === "number") return refusal(method, file);
    const { status, headers, range } = fitFile(names.at(-1) ?? "", file.stats, request, now());
    const length = range.end - range.first;
    if (length > smallMax || rereads === rereadsMax) {
      return { status, headers, body: streamed(call, file, range, attempt) };
    }
    const whole = await readAtOnce(file, range);
    if (whole === undefined) continue;
    return { status, headers, body: length === 0 ? emptyBody : new WholeBody(whole) };
  }
}

const sentences = {
  400: "The path is no text: an escape in it is broken, or is no UTF-8.",
  403: "Nothing of this name is given away.",
  404: "There is no such file.",
  405: "Files can be read, with GET and HEAD.",
} as const;

function refusal(
  method: string,
  status: keyof typeof sentences,
  lines: readonly string[] = [],
): Response {
  const text = Buffer.from(`${sentences[status]}\n`);
  const type = ["Content-Type", "text/plain; charset=utf-8"];
  const headers = [...type, "Content-Length", String(text.length), ...lines];
  return { status, headers, body: method === "HEAD" ? emptyBody : new WholeBody(text) };
}

/** @returns undefined when the file was written to meanwhile */
async function readAtOnce(
  { handle, stats }: OpenFile,
  { first, end }: ByteRange,
): Promise<Uint8Array | undefined> {
  try {
    const bytes = Buffer.allocUnsafe(end - first);
    let filled = 0;
    while (filled < bytes.length) {
      const left = bytes.length - filled;
      const { bytesRead } = await handle.read(bytes, filled, left, first + filled);
      if (bytesRead === 0) return undefined;
      filled += bytesRead;
    }
    if (bytes.length === 0) return bytes;
    return wasWritten(stats, await handle.stat({ bigint: true })) ? undefined : bytes;
  } finally {
    await handle.close();
  }
}

function streamed(
  { origin, wanted }: OriginCall,
  file: OpenFile,
  range: ByteRange,
  attempt: OriginAttempt,
): FileBody {
  const { completionTimeoutMs } = origin;
  const timer =
    completionTimeoutMs === 0
      ? undefined
      : setTimeout(() => body.stop("too-slow"), completionTimeoutMs);
  const body = new FileBody(file, range, (fault) => {
    clearTimeout(timer);
    attempt.ended(fault);
  });
  wanted.whenOver(() => body.stop("unwanted"));
  if (wanted.isOver) body.stop("unwanted");
  return body;
}
