/** A CloudFront function: one name that owns a DEVELOPMENT copy and, once published, a LIVE copy. */
import { hash } from "node:crypto";
import type { FunctionConfig } from "../schema/shapes.ts";
import { etagOf } from "./etag.ts";
import type { Published } from "./function-versions.ts";
import type { ToldRehearsal } from "./rehearsed.ts";
import type { Stage } from "./stage.ts";

/** One stage's copy. Times are ISO 8601, UTC, with milliseconds. */
export interface FunctionCopy {
  readonly config: FunctionConfig;
  /** The source's bytes exactly as they were sent, in base64. */
  readonly code: string;
  /** Counts the DEVELOPMENT copy's updates from 1; a published copy keeps the number it had there. */
  readonly version: number;
  readonly createdTime: string;
  readonly lastModifiedTime: string;
  /** Set where it decides on connections; the state keeps those as resources. */
  readonly kind?: "connection";
}

export interface CloudFrontFunction {
  readonly name: string;
  readonly development: FunctionCopy;
  /**
   * The copy that had all traffic last: what AWS's operations know as LIVE. Absent until the function is
   * published for the first time. Its times are those of LIVE; what edges run is in `published`.
   */
  readonly live?: FunctionCopy;
  /** Absent as long as `live` is. */
  readonly published?: Published;
  /** Absent where nobody has told of one. It may be of another DEVELOPMENT, or another LIVE, than there is now. */
  readonly rehearsed?: ToldRehearsal;
}

export function copyOfStage(fn: CloudFrontFunction, stage: Stage): FunctionCopy | undefined {
  return stage === "LIVE" ? fn.live : fn.development;
}

/** @returns the SHA-256 of the source's bytes, in hex */
export function codeSha256({ code }: Pick<FunctionCopy, "code">): string {
  return hash("sha256", Buffer.from(code, "base64"), "hex");
}

/** @returns what it is called where a sentence begins with it, like `Function "hello"` */
export function calledInSentence({ name, development }: CloudFrontFunction): string {
  return `${development.kind === "connection" ? "Connection function" : "Function"} "${name}"`;
}

export function functionEtag(copy: FunctionCopy): string {
  return etagOf(copy.version);
}

/** Whether LIVE runs what DEVELOPMENT holds. */
export function isPublished(fn: CloudFrontFunction): boolean {
  return fn.live?.version === fn.development.version;
}
