/** Headers that are sent again and again, in the form that HTTP/1.1 writes, so that they are written once. */
import { hasName } from "../../base/header-lines.ts";
import { writeKeptFields } from "../../http1/write-head.ts";

export interface WrittenHeaders {
  /** Names and values in turn. */
  readonly headers: readonly string[];
  /** Each line with its end. */
  readonly fields: string;
  /** Whether they tell the body's length: to look for it again would be to look at each name. */
  readonly isMeasured: boolean;
}

/** @param headers which nobody will change */
export function writtenHeaders(headers: readonly string[]): WrittenHeaders {
  return {
    headers,
    fields: writeKeptFields(headers),
    isMeasured: hasName(headers, "content-length"),
  };
}
