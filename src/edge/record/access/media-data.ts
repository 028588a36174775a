/**
 * What media players tell with their requests (CTA-5004, Common Media Client Data): in the query
 * parameter CMCD, or in four headers.
 */
import type { ViewerRequest } from "../../viewer-request.ts";
import type { AccessRecord } from "./access-record.ts";
import type { AccessField } from "./access-fields.ts";

/** The fields of real-time logs, in their order, and the keys that they have in CMCD. */
const keys = {
  "cmcd-encoded-bitrate": "br",
  "cmcd-buffer-length": "bl",
  "cmcd-buffer-starvation": "bs",
  "cmcd-content-id": "cid",
  "cmcd-object-duration": "d",
  "cmcd-deadline": "dl",
  "cmcd-measured-throughput": "mtp",
  "cmcd-next-object-request": "nor",
  "cmcd-next-range-request": "nrr",
  "cmcd-object-type": "ot",
  "cmcd-playback-rate": "pr",
  "cmcd-requested-maximum-throughput": "rtp",
  "cmcd-streaming-format": "sf",
  "cmcd-session-id": "sid",
  "cmcd-stream-type": "st",
  "cmcd-startup": "su",
  "cmcd-top-bitrate": "tb",
  "cmcd-version": "v",
} as const;

export const mediaData = Object.fromEntries(
  Object.entries(keys).map(([name, key]) => [
    name,
    (record: AccessRecord) => record.mediaData.get(key) ?? "",
  ]),
) as Readonly<Record<keyof typeof keys, AccessField>>;

const headerNames = /^cmcd-(?:request|object|status|session)$/i;
const parameter = /(?:^|&)CMCD=([^&]*)/;
/** A key alone, or with a value; texts in quotes may hold commas. */
const pair = /([a-z][\w.-]*)(?:=("(?:[^"\\]|\\.)*"|[^,]*))?(?:,|$)/g;

const nothing: ReadonlyMap<string, string> = new Map();

export function readMediaData({
  querystring = "",
  headers,
}: Pick<ViewerRequest, "querystring" | "headers">): ReadonlyMap<string, string> {
  const texts: string[] = [];
  const [, inQuery] = (querystring.includes("CMCD=") && parameter.exec(querystring)) || [];
  if (inQuery !== undefined) texts.push(decoded(inQuery));
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index]!;
    if ((name.length === 11 || name.length === 12) && headerNames.test(name)) {
      texts.push(headers[index + 1]!);
    }
  }
  if (texts.length === 0) return nothing;
  const values = new Map<string, string>();
  for (const text of texts) {
    for (const [, key = "", value = "true"] of text.replaceAll(" ", "").matchAll(pair)) {
      values.set(key, value.replaceAll(/^"|"$/g, ""));
    }
  }
  return values;
}

/** @returns what cannot be decoded as it is */
function decoded(text: string): string {
  try {
    return Buffer.from(decodeURIComponent(text), "utf8").toString("latin1");
  } catch {
    return text;
  }
}
